// What was spent: bars by day, shares by who approved, by shop and by kind. For a screen reader the bars are a table.
const Spending = window.usual.once('Spending', () => {
  const { Picture, useArrivalAtTop } = window.usual.parts(React)
  // More bars than this have room for every second or fifth label only.
  const LABELLED_MAX = 12
  const EVERY = 5

  function Bars({ view }) {
    const many = view.bars.length > LABELLED_MAX
    return (
      <div className="u-chart">
        <div className="u-bars" aria-hidden="true">
          {view.bars.map((bar, place) => (
            <div key={bar.label} className="u-bar" title={`${bar.label} ${bar.amount}`}>
              <span className="u-bar-space">
                <span className="u-bar-fill" data-empty={!bar.height || undefined} style={{ height: `${bar.height}%` }} />
              </span>
              <span className="u-bar-label">{!many || place % EVERY === 0 ? bar.label : ''}</span>
            </div>
          ))}
        </div>
        <table className="u-quiet">
          <caption>{view.bars_label}</caption>
          <thead>
            <tr>
              <th scope="col">{view.labels.day}</th>
              <th scope="col">{view.labels.amount}</th>
            </tr>
          </thead>
          <tbody>
            {view.bars.map((bar) => (
              <tr key={bar.label}>
                <th scope="row">{bar.label}</th>
                <td>{bar.amount}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )
  }

  function Shares({ label, shares }) {
    if (!shares.length) return null
    return (
      <div className="u-shares">
        <h4 className="u-group-name">{label}</h4>
        <ul>
          {shares.map((share) => (
            <li key={share.label} className="u-share">
              <Picture name={share.picture} />
              <span className="u-grow">
                <span className="u-share-row">
                  <span>{share.label}</span>
                  <span className="u-amount">{share.amount}</span>
                </span>
                <span className="u-share-row">
                  <span className="u-share-line" aria-hidden="true">
                    <span style={{ width: `${share.percent}%` }} />
                  </span>
                  <span className="u-soft">{share.percent}%</span>
                </span>
              </span>
            </li>
          ))}
        </ul>
      </div>
    )
  }

  return function SpendingView({ given }) {
    const card = useArrivalAtTop()
    const { labels } = given
    return (
      <section ref={card} className="u-card" data-testid="spending" aria-label={given.title}>
        <header className="u-head">
          <div className="u-grow">
            <h3 className="u-title">{given.title}</h3>
            <p className="u-soft">
              {given.dates} · {given.count}
            </p>
          </div>
          <div className="u-spent">
            <p className="u-sum">{given.total}</p>
            <p className="u-soft">
              {given.previous_label} {given.previous}
            </p>
          </div>
        </header>
        {given.bars.length > 0 && given.total_minor > 0 && <Bars view={given} />}
        <Shares label={labels.by_approver} shares={given.approvers} />
        <Shares label={labels.by_shop} shares={given.shops} />
        <Shares label={labels.by_category} shares={given.categories} />
        <p className="u-soft u-note-line">{given.total_minor > 0 ? labels.note : labels.none}</p>
      </section>
    )
  }
})

export default <Spending given={props} />
