// A customer's own data: the file with all of it, or the end of it.
const DataCard = window.usual.once('DataCard', () => {
  const { useEffect, useId, useRef, useState } = React
  const { post } = window.usual
  const { Form, Pin, useArrival } = window.usual.parts(React)

  function Password({ label, value, onChange, describedBy, invalid }) {
    const id = useId()
    const field = useRef(null)
    useEffect(() => field.current.focus({ preventScroll: true }), [])
    return (
      <div className="u-field">
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          ref={field}
          className="u-input"
          type="password"
          autoComplete="current-password"
          maxLength={128}
          value={value}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
    )
  }

  function EraseForm({ view, onBack }) {
    const { labels, lang, secret } = view
    const [typed, setTyped] = useState('')
    const [busy, setBusy] = useState(false)
    const [said, setSaid] = useState('')
    const saidId = useId()

    async function erase() {
      setBusy(true)
      setSaid('')
      try {
        await post('/api/erase', lang, { secret: typed })
        location.assign(`/erased?lang=${lang}`)
      } catch (error) {
        setSaid((error.code && error.message) || labels.failed)
        setTyped('')
        setBusy(false)
      }
    }

    const Secret = secret === 'pin' ? Pin : Password
    const words = (
      <p id={saidId} className="u-said" role="status" aria-live="polite" data-bad={Boolean(said) || undefined}>
        {said}
      </p>
    )
    return (
      <Form
        labels={labels}
        action={labels.confirm}
        busy={busy}
        said={words}
        ready={secret === 'pin' ? typed.length === 6 : typed.length > 0}
        onSubmit={erase}
        onBack={onBack}
      >
        <Secret label={labels[secret]} value={typed} onChange={setTyped} autoFocus={!busy} describedBy={saidId} invalid={Boolean(said)} />
      </Form>
    )
  }

  return function DataCardView({ given: view }) {
    const card = useArrival()
    const [open, setOpen] = useState(false)
    const { labels } = view
    return (
      <section ref={card} className="u-card" data-testid={`data-${view.action}`} aria-label={view.title}>
        <header className="u-head">
          <h3 className="u-title">{view.title}</h3>
        </header>
        <ul className="u-points">
          {view.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
        <footer className="u-foot">
          {view.href && (
            <div className="u-buttons">
              <a className="u-button u-primary" href={view.href} download>
                {labels.download}
              </a>
            </div>
          )}
          {view.action === 'erase' && !open && (
            <div className="u-buttons">
              <button type="button" className="u-button u-primary" onClick={() => setOpen(true)}>
                {labels.begin}
              </button>
            </div>
          )}
          {open && <EraseForm view={view} onBack={() => setOpen(false)} />}
        </footer>
      </section>
    )
  }
})

export default <DataCard given={props} />
