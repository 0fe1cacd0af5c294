// What a child asks its guardian: one card, agreed to with the guardian's PIN or declined.
const GuardianCard = window.usual.once('GuardianCard', () => {
  const { useEffect, useId, useState } = React
  const { get, post } = window.usual
  const { Head, PinForm, useArrival } = window.usual.parts(React)

  return function GuardianCardView({ given }) {
    const [view, setView] = useState(given)
    const [mode, setMode] = useState('rest')
    const [busy, setBusy] = useState(false)
    const [said, setSaid] = useState('')
    const [wrong, setWrong] = useState(0)
    const saidId = useId()
    const card = useArrival(mode, view.state, said)
    const { labels, lang, id } = view
    const path = `/api/guardian-requests/${id}`

    useEffect(() => {
      setView(given)
      get(path, given.lang).then(setView).catch(() => {})
    }, [given])

    async function answer(work) {
      setBusy(true)
      setSaid('')
      try {
        setView(await work())
        setMode('rest')
      } catch (error) {
        setSaid(error.message && error.code ? error.message : labels.failed)
        setWrong((count) => count + 1)
      } finally {
        setBusy(false)
      }
    }

    const words = (
      <p id={saidId} className="u-said" role="status" aria-live="polite" data-bad={wrong > 0 || undefined}>
        {said}
      </p>
    )
    return (
      <section ref={card} className="u-card" data-testid="guardian" aria-label={view.title}>
        <Head view={view}>
          <span className="u-state" data-state={view.state}>
            {view.state_label}
          </span>
        </Head>
        <div className="u-rows">
          {view.lines.map((line) => (
            <div key={line} className="u-row">
              <span>{line}</span>
            </div>
          ))}
          <div className="u-row" data-kind="total">
            <span>{labels.total}</span>
            <span>{view.total}</span>
          </div>
        </div>
        <footer className="u-foot">
          <p className="u-soft">{view.note}</p>
          {mode === 'pin' ? (
            <PinForm
              labels={labels}
              action={labels.approve}
              busy={busy}
              said={words}
              saidId={saidId}
              wrong={wrong}
              onPin={(pin) => answer(() => post(`${path}/approve`, lang, { pin }))}
              onBack={() => setMode('rest')}
            />
          ) : (
            <>
              {words}
              {view.actions.length > 0 && (
                <div className="u-buttons">
                  <button
                    type="button"
                    className="u-button u-plain"
                    disabled={busy}
                    onClick={() => answer(() => post(`${path}/decline`, lang, {}))}
                  >
                    {labels.decline}
                  </button>
                  <button type="button" className="u-button u-primary" disabled={busy} onClick={() => setMode('pin')}>
                    {labels.approve}
                  </button>
                </div>
              )}
            </>
          )}
        </footer>
      </section>
    )
  }
})

export default <GuardianCard given={props} />
