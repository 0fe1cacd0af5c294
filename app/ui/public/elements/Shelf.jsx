// A list of what the customer has or can have, each row with at most one button. What a tap comes to is said above the list.
const Shelf = window.usual.once('Shelf', () => {
  const { useState } = React
  const { useArrivalAtTop } = window.usual.parts(React)

  return function ShelfView({ given: view, callAction }) {
    const card = useArrivalAtTop()
    const [busy, setBusy] = useState(null)
    const [said, setSaid] = useState('')
    const { labels } = view

    if (view.superseded)
      return (
        <section ref={card} className="u-card u-folded" aria-label={view.title}>
          <span>{view.title}</span>
          <span className="u-last">{labels.replaced}</span>
        </section>
      )

    async function tap(key) {
      setBusy(key)
      setSaid('')
      try {
        const answer = await callAction({ name: 'usual_tap', payload: { kind: view.tap, key } })
        setSaid((answer && answer.response && answer.response.text) || '')
      } catch (error) {
        setSaid(labels.failed)
      }
      setBusy(null)
    }

    return (
      <section ref={card} className="u-card" data-testid={`shelf-${view.id}`} aria-label={view.title}>
        <header className="u-head">
          <h3 className="u-title">{view.title}</h3>
        </header>
        <p className="u-shelf-hint" role="status" aria-live="polite">
          {said}
        </p>
        {view.sections.length === 0 && <p className="u-shelf-hint">{view.empty}</p>}
        {view.sections.map((section) => (
          <div key={section.title} className="u-shelf">
            <h4 className="u-shelf-title">{section.title}</h4>
            <ul>
              {section.rows.map((row) => (
                <li key={row.key} className="u-shelf-row">
                  {row.ordinal && <span className="u-ordinal">{row.ordinal}</span>}
                  <div className="u-grow">
                    <p className="u-name">{row.title}</p>
                    {row.details.map((detail) => (
                      <p key={detail} className="u-soft">
                        {detail}
                      </p>
                    ))}
                  </div>
                  <div className="u-side">
                    {row.tag && <span className="u-soft">{row.tag}</span>}
                    {row.action && (
                      <button
                        type="button"
                        className="u-button u-small"
                        aria-label={`${row.action}: ${row.title}`}
                        disabled={busy !== null}
                        onClick={() => tap(row.key)}
                      >
                        {row.action}
                      </button>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          </div>
        ))}
        {view.hint && <p className="u-shelf-hint">{view.hint}</p>}
      </section>
    )
  }
})

export default <Shelf given={props} callAction={callAction} />
