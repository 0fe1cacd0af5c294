// What was bought and paid, and how far it is. The service tells when it gets on; what was saved may be older.
const Receipt = window.usual.once('Receipt', () => {
  const { useEffect, useRef, useState } = React
  const { get } = window.usual
  const { Head, Icon, Line, Place, Rows, Steps, useArrival } = window.usual.parts(React)

  return function ReceiptView({ given, callAction }) {
    const card = useArrival()
    const [view, setView] = useState(given)
    const busy = useRef(false)

    async function act(kind) {
      if (busy.current) return
      busy.current = true
      try {
        await callAction({ name: 'usual_tap', payload: { kind, order: view.order_id } })
      } finally {
        busy.current = false
      }
    }

    useEffect(() => {
      let gone = false
      setView(given)
      get(`/api/receipts/${given.order_id}`, given.lang)
        .then((fresh) => gone || setView(fresh))
        .catch(() => {})
      return () => {
        gone = true
      }
    }, [given])
    const { labels } = view
    const facts = [
      [labels.number, view.number],
      [labels.paid_at, view.paid_at],
      [labels.approved, view.approved_with],
      [labels.balance_after, view.balance_after]
    ].filter(([label, value]) => label && value)
    return (
      <section ref={card} className="u-card u-receipt" data-testid="receipt" aria-label={view.title}>
        <Head view={view}>
          <span className="u-state" data-state={view.state}>
            <Icon name="check" size={14} /> {view.state_label}
          </span>
        </Head>
        <Steps view={view} />
        <ul className="u-lines">
          {view.lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ul>
        <Rows view={view} />
        <Place view={view} />
        <dl className="u-facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {view.href && (
          <div className="u-foot">
            <div className="u-buttons">
              <a className="u-button u-plain" href={view.href} target="_blank" rel="noopener" data-testid="print">
                {labels.print}
              </a>
              {view.actions.map((action) => (
                <button
                  key={action.kind}
                  type="button"
                  className="u-button u-plain"
                  data-testid={action.kind}
                  onClick={() => act(action.kind)}
                >
                  {action.label}
                </button>
              ))}
            </div>
          </div>
        )}
      </section>
    )
  }
})

export default <Receipt given={props} callAction={callAction} />
