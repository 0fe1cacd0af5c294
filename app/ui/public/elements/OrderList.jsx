// The orders there were, ten at a time, each with its receipt and once more.
const OrderList = window.usual.once('OrderList', () => {
  const { useEffect, useRef, useState } = React
  const { get } = window.usual
  const { Picture, Press, useArrivalAtTop } = window.usual.parts(React)

  function query(view, offset) {
    return new URLSearchParams({ offset, since: view.since, until: view.until, products: view.products.join(',') })
  }

  return function OrderListView({ given, callAction }) {
    const card = useArrivalAtTop()
    const [rows, setRows] = useState(given.rows)
    const [more, setMore] = useState(given.more)
    const [busy, setBusy] = useState(false)
    const [said, setSaid] = useState('')
    const list = useRef(null)
    const { labels } = given

    // What was saved with the conversation may be old: an order has got on since.
    useEffect(() => {
      let gone = false
      get(`/api/orders?${query(given, 0)}`, given.lang)
        .then((fresh) => {
          if (gone || !fresh.rows.length) return
          const states = new Map(fresh.rows.map((row) => [row.order_id, row]))
          setRows((shown) => shown.map((row) => states.get(row.order_id) || row))
        })
        .catch(() => {})
      return () => {
        gone = true
      }
    }, [given])

    async function during(work) {
      if (busy) return
      setBusy(true)
      setSaid('')
      try {
        await work()
      } catch (error) {
        setSaid((error.code && error.message) || labels.failed)
      } finally {
        setBusy(false)
      }
    }

    const tap = (kind, row) => during(() => callAction({ name: 'usual_tap', payload: { kind, order: row.order_id } }))

    const next = () =>
      during(async () => {
        const page = await get(`/api/orders?${query(given, rows.length)}`, given.lang)
        setRows([...rows, ...page.rows])
        setMore(page.more)
        setSaid(`${rows.length + page.rows.length} ${labels.shown}`)
        // The button moves down, or goes: the first new order takes the focus.
        setTimeout(() => {
          const first = list.current && list.current.children[rows.length]
          const button = first && first.querySelector('button')
          if (button) button.focus({ preventScroll: true })
        }, 0)
      })

    return (
      <section ref={card} className="u-card" data-testid="orders" aria-label={given.title} aria-busy={busy}>
        <header className="u-head">
          <h3 className="u-title u-grow">{given.title}</h3>
          <span className="u-soft">{given.count}</span>
        </header>
        <ul ref={list} className="u-lines">
          {rows.map((row) => (
            <li key={row.order_id} className="u-line u-past">
              <Picture name={row.picture} />
              <div className="u-grow">
                <p className="u-name">{row.payee}</p>
                <p className="u-soft">{row.items}</p>
                <p className="u-soft">
                  {row.when} · <span className="u-number">{row.number}</span>
                </p>
              </div>
              <div className="u-side">
                <span className="u-amount">{row.total}</span>
                <span className="u-state" data-state={row.state}>
                  {row.state_label}
                </span>
              </div>
              <div className="u-past-buttons">
                <Press className="u-small" off={busy} aria-label={`${labels.receipt}: ${row.number}`} onClick={() => tap('receipt', row)}>
                  {labels.receipt}
                </Press>
                {row.can_again && (
                  <Press className="u-small" off={busy} aria-label={`${labels.again}: ${row.items}`} onClick={() => tap('again', row)}>
                    {labels.again}
                  </Press>
                )}
              </div>
            </li>
          ))}
        </ul>
        <p className="u-said u-list-said" role="status" aria-live="polite">
          {said}
        </p>
        {more && (
          <footer className="u-foot">
            <button type="button" className="u-button u-plain u-wide" data-testid="more" onClick={next}>
              {labels.more}
            </button>
          </footer>
        )}
      </section>
    )
  }
})

export default <OrderList given={props} callAction={callAction} />
