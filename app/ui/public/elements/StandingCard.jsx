// A standing order: its terms and next runs, agreed to with the PIN or a passkey; skipped, paused, resumed or canceled with one tap.
const StandingCard = window.usual.once('StandingCard', () => {
  const { useEffect, useId, useState } = React
  const { agreeWithPasskey: agreeWith, get, post } = window.usual
  const { PasskeyButton, Picture, PinForm, useArrival, usePasskey } = window.usual.parts(React)

  function Terms({ view }) {
    return (
      <dl className="u-terms-list" aria-label={view.labels.terms}>
        {view.terms.map((term) => (
          <div key={term.label} className="u-row">
            <dt className="u-soft">{term.label}</dt>
            <dd>{term.text}</dd>
          </div>
        ))}
      </dl>
    )
  }

  function Runs({ title, children }) {
    return (
      <div className="u-shelf">
        <h4 className="u-shelf-title">{title}</h4>
        <ul>{children}</ul>
      </div>
    )
  }

  return function StandingCardView({ given, callAction }) {
    const [view, setView] = useState(given)
    const [mode, setMode] = useState('rest')
    const [busy, setBusy] = useState(false)
    const [said, setSaid] = useState('')
    const [bad, setBad] = useState(false)
    const [wrong, setWrong] = useState(0)
    const saidId = useId()
    const card = useArrival(mode, view.state, view.runs.length, said)
    const { labels, lang, id } = view
    const path = `/api/standing-orders/${id}`
    const hasPasskey = usePasskey(mode === 'pin', lang)

    useEffect(() => {
      setView(given)
      if (!given.superseded) get(path, given.lang).then(setView).catch(() => {})
    }, [given])

    if (given.superseded)
      return (
        <section ref={card} className="u-card u-folded" aria-label={view.title}>
          <span>{view.title}</span>
          <span className="u-last">{view.state_label}</span>
        </section>
      )

    async function during(work) {
      setBusy(true)
      setSaid('')
      setBad(false)
      try {
        await work()
        setMode('rest')
      } catch (error) {
        setSaid(error.message && error.code ? error.message : labels.failed)
        setBad(true)
        if (!/^passkey_/.test(error.code)) setWrong((count) => count + 1)
      } finally {
        setBusy(false)
      }
    }

    const agree = (pin) => during(async () => setView(await post(`${path}/agree`, lang, { version: view.version, pin })))
    // The device signs these terms and no others.
    const agreeWithPasskey = () => during(async () => setView(await agreeWith(view)))
    const act = (action) =>
      during(async () => {
        const answer = await callAction({ name: 'usual_tap', payload: { kind: 'standing', id, action, due: view.due } })
        setSaid((answer && answer.response && answer.response.text) || '')
        setView(await get(path, lang))
      })

    const words = (
      <p id={saidId} className="u-said" role="status" aria-live="polite" data-bad={bad || undefined}>
        {said}
      </p>
    )
    return (
      <section ref={card} className="u-card" data-testid="standing" aria-label={view.title} aria-busy={busy}>
        <header className="u-head">
          <Picture name={view.picture} />
          <div className="u-grow">
            <h3 className="u-title">{view.title}</h3>
          </div>
          <span className="u-state" data-state={view.state}>
            {view.state_label}
          </span>
        </header>
        <Terms view={view} />
        {view.upcoming.length > 0 && (
          <Runs title={labels.next}>
            {view.upcoming.map((when) => (
              <li key={when} className="u-shelf-row">
                {when}
              </li>
            ))}
          </Runs>
        )}
        {view.runs.length > 0 && (
          <Runs title={labels.runs}>
            {view.runs.map((run) => (
              <li key={run.day} className="u-shelf-row" data-state={run.state}>
                <span className="u-grow">{run.day}</span>
                <span className="u-soft">{run.text}</span>
              </li>
            ))}
          </Runs>
        )}
        <footer className="u-foot">
          {view.actions.includes('agree') && <p className="u-soft">{view.consent}</p>}
          {mode === 'pin' ? (
            <PinForm
              labels={labels}
              action={labels.agree_now}
              busy={busy}
              said={words}
              saidId={saidId}
              wrong={wrong}
              onPin={agree}
              onBack={() => setMode('rest')}
            >
              {hasPasskey && <PasskeyButton labels={labels} busy={busy} onPress={agreeWithPasskey} />}
            </PinForm>
          ) : (
            <>
              {words}
              <div className="u-buttons">
                {mode === 'sure' && (
                  <>
                    <span className="u-soft u-grow">{labels.sure}</span>
                    <button type="button" className="u-button u-plain" disabled={busy} onClick={() => setMode('rest')}>
                      {labels.keep}
                    </button>
                    <button type="button" className="u-button u-primary" disabled={busy} onClick={() => act('cancel')}>
                      {labels.yes_cancel}
                    </button>
                  </>
                )}
                {mode === 'rest' &&
                  view.actions.map((action) => (
                    <button
                      key={action}
                      type="button"
                      className={action === 'agree' || action === 'resume' ? 'u-button u-primary' : 'u-button u-plain'}
                      disabled={busy}
                      onClick={() => (action === 'agree' ? setMode('pin') : action === 'cancel' ? setMode('sure') : act(action))}
                    >
                      {labels[action]}
                    </button>
                  ))}
              </div>
            </>
          )}
        </footer>
      </section>
    )
  }
})

export default <StandingCard given={props} callAction={callAction} />
