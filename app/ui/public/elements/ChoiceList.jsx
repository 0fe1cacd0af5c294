// A short list to choose from. An answer by tap is the ordinal; by word it is written as any message.
const ChoiceList = window.usual.once('ChoiceList', () => {
  const { useState } = React
  const { Icon, Picture, useArrival } = window.usual.parts(React)

  return function ChoiceListView({ given, callAction }) {
    const card = useArrival()
    const [tapped, setTapped] = useState(null)
    const chosen = given.chosen || tapped

    async function choose(ordinal) {
      setTapped(ordinal)
      const payload = { kind: 'choose', question_id: given.question_id, ordinal }
      try {
        await callAction({ name: 'usual_tap', payload })
      } catch (error) {
        setTapped(null)
      }
    }

    return (
      <section ref={card} className="u-card" data-testid="choices" aria-label={given.title}>
        <ol className="u-choices">
          {given.choices.map((choice) => (
            <li key={choice.ordinal}>
              <button
                type="button"
                className="u-choice"
                disabled={Boolean(chosen)}
                aria-pressed={chosen === choice.ordinal}
                onClick={() => choose(choice.ordinal)}
              >
                <span className="u-ordinal">{chosen === choice.ordinal ? <Icon name="check" size={14} /> : choice.ordinal}</span>
                {choice.picture && <Picture name={choice.picture} />}
                <span className="u-grow">
                  <span className="u-name">{choice.title}</span>
                  {choice.detail && <span className="u-soft">{choice.detail}</span>}
                </span>
                <span className="u-amount">{choice.price}</span>
              </button>
            </li>
          ))}
        </ol>
      </section>
    )
  }
})

export default <ChoiceList given={props} callAction={callAction} />
