// The order card. What it shows comes from the service; what it sends is its id, its version and an edit, and to our own
// route the PIN.
const OrderCard = window.usual.once('OrderCard', () => {
  const { useEffect, useId, useRef, useState } = React
  const { get, payWithPasskey: payWith, post } = window.usual
  const { BindForm, Countdown, DepositForm, EditableLine, Folded, Head, Icon, Line } = window.usual.parts(React)
  const { PasskeyButton, PinForm, Place, PlaceOptions, Press, Rows } = window.usual.parts(React)
  const { useArrival, usePasskey } = window.usual.parts(React)
  const OPEN = ['ready_for_complete', 'requires_escalation']
  const UNDER_WAY = ['settling', 'complete_in_progress']
  const TAKEN = ['completed', 'booked']
  const ENDED = [...TAKEN, 'canceled', 'declined', ...UNDER_WAY]
  // What is said to the card before it can be paid, by the tap that says it.
  const ANSWERS = { answer: 'accept_allergens', amount: 'release' }
  const SILENT = { text: '', bad: false }
  const POLL_MS = 3000

  // What is sold one at a time has no number to choose; beside other lines it can be taken off.
  function Quantity({ line, alone, labels, busy, onEdit }) {
    if (line.quantity_max !== 1) return <Stepper line={line} labels={labels} busy={busy} onEdit={onEdit} />
    if (alone) return null
    return (
      <div className="u-stepper">
        <Press off={busy} aria-label={`${labels.remove}: ${line.name}`} onClick={() => onEdit({ kind: 'remove' })}>
          <Icon name="bin" size={16} />
        </Press>
      </div>
    )
  }

  function Stepper({ line, labels, busy, onEdit }) {
    const full = line.quantity_max && line.quantity >= line.quantity_max
    const last = line.quantity <= 1
    return (
      <div className="u-stepper" role="group" aria-label={`${labels.quantity}: ${line.name}`}>
        <Press
          off={busy}
          aria-label={`${last ? labels.remove : labels.fewer}: ${line.name}`}
          onClick={() => onEdit(last ? { kind: 'remove' } : { kind: 'edit', quantity: line.quantity - 1 })}
        >
          <Icon name={last ? 'bin' : 'minus'} size={16} />
        </Press>
        <span>{line.quantity}</span>
        <Press off={busy || full} aria-label={`${labels.more}: ${line.name}`} onClick={() => onEdit({ kind: 'edit', quantity: line.quantity + 1 })}>
          <Icon name="plus" size={16} />
        </Press>
      </div>
    )
  }

  // Paid or ended: who, how much, how it ended. The receipt has the rest.
  function Done({ view, said, words, onReceipt }) {
    const paid = TAKEN.includes(view.state)
    return (
      <section className="u-card u-done" data-testid="order-card" data-state={view.state} aria-label={view.title}>
        <Head view={view}>
          <div className="u-sign">
            <span className="u-state" data-state={view.state}>
              {view.state_label}
            </span>
            <span className="u-amount">{view.total}</span>
          </div>
        </Head>
        {paid && (
          <footer className="u-foot u-under">
            {view.balance_after && (
              <p className="u-balance">
                {view.labels.balance_after} {view.balance_after}
              </p>
            )}
            <button type="button" className="u-button u-link" onClick={onReceipt}>
              {view.labels.receipt}
            </button>
          </footer>
        )}
        {/* The chat says it too: here it is for screen readers, unless something went wrong. */}
        <div className={said.bad ? 'u-foot' : 'u-quiet'}>{words}</div>
      </section>
    )
  }

  function Body({ view, busy, editable, onEdit }) {
    return (
      <>
        {view.reason && (
          <p className="u-reason">
            <Icon name="spark" size={15} /> {view.reason}
          </p>
        )}
        <ul className="u-lines">
          {view.lines.map((line) =>
            editable ? (
              <EditableLine key={line.id} view={view} line={line} busy={busy} onEdit={onEdit}>
                <Quantity
                  line={line}
                  alone={view.lines.length === 1}
                  labels={view.labels}
                  busy={busy}
                  onEdit={(edit) => onEdit({ ...edit, line: line.id })}
                />
              </EditableLine>
            ) : (
              <Line key={line.id} line={line} />
            )
          )}
        </ul>
        <Rows view={view} />
        {editable && view.has_places ? (
          <PlaceOptions view={view} busy={busy} onEdit={onEdit}>
            <Place view={view} />
          </PlaceOptions>
        ) : (
          <Place view={view} />
        )}
        <div role="status">
          {view.moved && <p className="u-moved">{view.moved}</p>}
          {view.notice && <p className="u-notice">{view.notice}</p>}
          {view.warning && (
            <p className="u-notice u-warning" data-testid="warning">
              {view.warning}
            </p>
          )}
        </div>
      </>
    )
  }

  // The card at rest: balance, time left, and the two buttons.
  function Rest({ view, busy, words, primary, onWhy, onCancel, onPrimary, onExpired }) {
    const { labels, step } = view
    const action = { pin: labels.pay, bind: labels.connect, deposit: labels.add_money, answer: labels.keep_anyway, amount: labels.meant }[step]
    return (
      <>
        <div className="u-under">
          {view.balance && (
            <p className="u-balance">
              <span>
                {labels.balance} {view.balance}
                {view.balance_after && ` → ${view.balance_after}`}
                {view.balance_after && <span className="u-quiet"> {labels.after_paying}</span>}
              </span>
              {view.shortfall && <b>{labels.shortfall}</b>}
            </p>
          )}
          <Countdown until={view.expires_at} label={labels.expires_in} onOver={onExpired} />
          <button type="button" className="u-why" disabled={busy} onClick={onWhy}>
            {labels.why}
          </button>
        </div>
        {words}
        <div className="u-buttons">
          <button type="button" className="u-button u-plain" disabled={busy} onClick={onCancel}>
            {labels.cancel}
          </button>
          {action && (
            <button ref={primary} type="button" className="u-button u-primary" data-testid="pay" disabled={busy} onClick={onPrimary}>
              {step === 'pin' && <Icon name="lock" size={16} />}
              {action}
            </button>
          )}
        </div>
      </>
    )
  }

  // Sold out or closed: the card's own notice says which, and what to do; it looks again by itself when the shop changes something.
  function Blocked({ labels, busy, words, onCancel, onAgain }) {
    return (
      <>
        {words}
        <div className="u-buttons">
          <button type="button" className="u-button u-plain" disabled={busy} onClick={onCancel}>
            {labels.cancel}
          </button>
          <button type="button" className="u-button u-primary" data-testid="again" disabled={busy} onClick={onAgain}>
            {labels.again}
          </button>
        </div>
      </>
    )
  }

  function Expired({ labels, busy, words, onRefresh }) {
    return (
      <>
        <p className="u-soft">{labels.expired}</p>
        {words}
        <div className="u-buttons">
          <button type="button" className="u-button u-primary" data-testid="refresh" disabled={busy} onClick={onRefresh}>
            {labels.refresh}
          </button>
        </div>
      </>
    )
  }

  // The card's state and what it may do with it.
  function useCard(given, callAction) {
    const [view, setView] = useState(given)
    const [mode, setMode] = useState('rest')
    const [busy, setBusy] = useState(false)
    const [said, setSaid] = useState(SILENT)
    const [wrong, setWrong] = useState(0)
    const [late, setLate] = useState(false)
    const settling = useRef(false)
    const working = useRef(false)
    const { id, lang, labels, version } = view
    const hasPasskey = usePasskey(mode === 'pin', lang)

    // What was saved with the conversation may be old: the service has the last word.
    useEffect(() => {
      let gone = false
      setView(given)
      setLate(false)
      setMode(given.open_pin ? given.step : 'rest')
      if (!given.superseded) refresh(() => gone)
      return () => {
        gone = true
      }
    }, [given])

    useEffect(() => {
      if (settling.current && !UNDER_WAY.includes(view.state)) tell()
      settling.current = UNDER_WAY.includes(view.state)
      if (!settling.current) return
      const timer = setInterval(() => refresh(() => false), POLL_MS)
      return () => clearInterval(timer)
    }, [view.state])

    // The two clocks differ a little: the server may hold the price a moment longer.
    useEffect(() => {
      if (!late || !OPEN.includes(view.state)) return
      const timer = setTimeout(() => refresh(() => false), POLL_MS)
      return () => clearTimeout(timer)
    }, [late, view])

    async function refresh(isGone) {
      try {
        const fresh = await get(`/api/checkouts/${given.id}`, given.lang)
        if (!isGone()) setView(fresh)
        return fresh
      } catch (error) {
        if (!isGone() && error.code) setSaid({ text: error.message, bad: true })
        return null
      }
    }

    async function during(work) {
      // What is pressed meanwhile is not lost sight of, but does nothing.
      if (working.current) return
      working.current = true
      setBusy(true)
      setSaid(SILENT)
      try {
        await work()
      } catch (error) {
        setSaid({ text: (error.code && error.message) || labels.failed, bad: true })
        const aboutPasskey = /^passkey_/.test(error.code)
        if (error.code && !aboutPasskey) setWrong((count) => count + 1)
        if (!error.code || aboutPasskey || error.code.startsWith('pin_')) return
        const fresh = await refresh(() => false)
        // The money may have gone elsewhere meanwhile: another step is needed then than the form at hand.
        if (fresh && fresh.step !== mode) setMode('rest')
      } finally {
        working.current = false
        setBusy(false)
      }
    }

    const tell = () => callAction({ name: 'usual_paid', payload: { id } })

    const tap = (payload) =>
      during(async () => {
        const answer = await callAction({ name: 'usual_tap', payload: { id, version, ...payload } })
        setSaid({ text: (answer && answer.response && answer.response.text) || '', bad: false })
      })

    const send = async (pin) => finish(await post(`/api/checkouts/${id}/pay`, lang, { version, pin }))

    // The device signs this card's version, its total and its payee, and nothing else can be paid with that.
    const payWithPasskey = () => during(async () => finish(await payWith(view)))

    function finish(result) {
      setMode('rest')
      setView(result.card)
      setSaid({ text: result.message, bad: false })
      tell()
    }

    const pay = (pin) => during(() => send(pin))

    // Consent and PIN were just given on this very card, for this very total.
    const bind = (pin) =>
      during(async () => {
        await post('/api/wallet/bind', lang, { consent: true, pin })
        const fresh = await refresh(() => false)
        if (fresh && fresh.version === version && fresh.step === 'pin') await send(pin)
        else setMode(fresh ? fresh.step : 'rest')
      })

    // The PIN was given for this card's version and total: it pays that one or none. What is paid is for the server to say.
    const deposit = (form) =>
      during(async () => {
        await post('/api/deposits', lang, form)
        const fresh = await refresh(() => false)
        // What was not enough needs another deposit, and that is another form.
        setMode(fresh && fresh.step === 'pin' ? 'pin' : 'rest')
        if (fresh && fresh.version === version && fresh.total === view.total && fresh.step === 'pin') await send(form.pin)
      })

    const again = () => during(() => refresh(() => false))

    const rest = () => {
      setMode('rest')
      setSaid(SILENT)
    }
    const begin = () => {
      setSaid(SILENT)
      setWrong(0)
      setMode(view.step)
    }
    const expire = () => {
      setLate(true)
      rest()
      refresh(() => false)
    }
    return { view, mode, busy, said, wrong, late, tap, pay, payWithPasskey, hasPasskey, bind, deposit, rest, begin, expire, again, tell }
  }

  return function OrderCardView({ given, callAction }) {
    const state = useCard(given, callAction)
    const { view, mode, busy, said, wrong, tap } = state
    const { labels } = view
    const saidId = useId()
    const primary = useRef(null)
    const card = useArrival(view.moved, view.state)
    // A newer version stands in another place, unless the shop made it: that one stays where the old one was.
    if (given.superseded || (view.version > given.version && !view.moved)) return <Folded view={{ ...view, ...given }} />

    const words = (
      <p id={saidId} className="u-said" role="status" aria-live="polite" data-bad={said.bad || undefined}>
        {said.text}
      </p>
    )
    if (ENDED.includes(view.state)) return <Done view={view} said={said} words={words} onReceipt={state.tell} />

    const back = () => {
      state.rest()
      setTimeout(() => primary.current && primary.current.focus(), 0)
    }
    const expired = state.late || view.state === 'expired'
    const open = OPEN.includes(view.state) && !expired
    const blocked = view.state === 'unavailable' && !expired
    const form = { labels, busy, said: words, saidId, wrong, onBack: back }
    return (
      <section
        ref={card}
        className="u-card"
        data-testid="order-card"
        data-state={expired ? 'expired' : view.state}
        aria-label={view.title}
        aria-busy={busy}
      >
        <Head view={view} />
        <Body view={view} busy={busy} editable={(open || blocked) && view.editable && mode === 'rest'} onEdit={tap} />
        <footer className="u-foot">
          {open && mode === 'rest' && (
            <Rest
              view={view}
              busy={busy}
              words={words}
              primary={primary}
              onWhy={() => tap({ kind: 'why' })}
              onCancel={() => tap({ kind: 'cancel' })}
              onPrimary={ANSWERS[view.step] ? () => tap({ kind: ANSWERS[view.step] }) : state.begin}
              onExpired={state.expire}
            />
          )}
          {open && mode === 'pin' && (
            <PinForm {...form} action={labels.confirm_pay} onPin={state.pay}>
              {state.hasPasskey && <PasskeyButton labels={labels} busy={busy} onPress={state.payWithPasskey} />}
            </PinForm>
          )}
          {open && mode === 'bind' && <BindForm {...form} action={labels.connect} onPin={state.bind} />}
          {open && mode === 'deposit' && (
            <DepositForm {...form} action={labels.deposit_and_pay} minor={view.shortfall_minor} onDeposit={state.deposit} />
          )}
          {blocked && <Blocked labels={labels} busy={busy} words={words} onCancel={() => tap({ kind: 'cancel' })} onAgain={state.again} />}
          {expired && <Expired labels={labels} busy={busy} words={words} onRefresh={() => tap({ kind: 'refresh' })} />}
        </footer>
      </section>
    )
  }
})

export default <OrderCard given={props} callAction={callAction} />
