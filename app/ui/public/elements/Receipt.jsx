// What was bought and paid. It never changes what it says; a refund would be a new paper.
const Receipt = window.usual.once('Receipt', () => {
  const { Head, Icon, Line, Place, Rows, useArrival } = window.usual.parts(React)

  return function ReceiptView({ given }) {
    const card = useArrival()
    const { labels } = given
    const facts = [
      [labels.number, given.number],
      [labels.paid_at, given.paid_at],
      [labels.approved, given.approved_with],
      [labels.balance, given.balance]
    ].filter(([label, value]) => label && value)
    return (
      <section ref={card} className="u-card u-receipt" data-testid="receipt" aria-label={given.title}>
        <Head view={given}>
          <span className="u-state" data-state={given.state}>
            <Icon name="check" size={14} /> {given.state_label}
          </span>
        </Head>
        <ul className="u-lines">
          {given.lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ul>
        <Rows view={given} />
        <Place view={given} />
        <dl className="u-facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    )
  }
})

export default <Receipt given={props} />
