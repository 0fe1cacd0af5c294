// The wallet: what is in it, and the form to bind it or to add money.
const Wallet = window.usual.once('Wallet', () => {
  const { useEffect, useId, useState } = React
  const { get, post } = window.usual
  const { BindForm, DepositForm, Picture, useArrival } = window.usual.parts(React)

  return function WalletView({ given }) {
    const card = useArrival()
    const [view, setView] = useState(given)
    const [mode, setMode] = useState('rest')
    const [busy, setBusy] = useState(false)
    const [said, setSaid] = useState('')
    const [wrong, setWrong] = useState(0)
    const saidId = useId()
    const { labels, lang } = view

    useEffect(() => {
      get('/api/wallet', given.lang)
        .then((fresh) => setView({ ...fresh, suggested_minor: given.suggested_minor, suggested: given.suggested }))
        .catch(() => {})
    }, [given])

    async function send(path, body) {
      setBusy(true)
      setSaid('')
      try {
        setView(await post(path, lang, body))
        setMode('rest')
      } catch (error) {
        setSaid(error.message && error.code ? error.message : labels.failed)
        setWrong((count) => count + 1)
      } finally {
        setBusy(false)
      }
    }

    const words = (
      <p id={saidId} className="u-said" role="status" aria-live="polite" data-bad={Boolean(said) || undefined}>
        {said}
      </p>
    )
    const form = { labels, busy, said: words, saidId, wrong, onBack: () => setMode('rest') }
    return (
      <section ref={card} className="u-card" data-testid="wallet" aria-label={view.title} aria-busy={busy}>
        <div className="u-purse">
          <Picture name="wallet" />
          <div className="u-grow">
            <h3 className="u-soft">{view.title}</h3>
            <p className="u-sum">{view.balance}</p>
          </div>
          {view.held && (
            <p className="u-soft">
              {labels.held} {view.held}
            </p>
          )}
        </div>
        <footer className="u-foot">
          {mode === 'rest' && (view.step === 'bind' || view.step === 'deposit') && (
            <div className="u-buttons">
              <button type="button" className="u-button u-primary" onClick={() => setMode(view.step)}>
                {view.step === 'bind' ? labels.bind : labels.deposit}
              </button>
            </div>
          )}
          {mode === 'rest' && view.step === 'deposit' && (
            <>
              <a className="u-button u-link" href={`/wallet?lang=${lang}`}>
                {labels.ai_wallet}
              </a>
              <a className="u-button u-link" href={`/passkeys?lang=${lang}`}>
                {labels.passkeys}
              </a>
            </>
          )}
          {mode === 'bind' && (
            <BindForm {...form} action={labels.bind} onPin={(pin) => send('/api/wallet/bind', { consent: true, pin })} />
          )}
          {mode === 'deposit' && (
            <DepositForm {...form} action={labels.deposit} minor={view.suggested_minor} onDeposit={(body) => send('/api/deposits', body)} />
          )}
        </footer>
      </section>
    )
  }
})

export default <Wallet given={props} />
