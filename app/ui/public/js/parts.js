// The pieces that cards are laid out from. They show what they are given: no sum and no sentence is made here.
import { drawing, tone } from './icons.js'
import { newKey, serverNow } from './api.js'

// The page scrolls to its end by itself when something arrives.
const ARRIVED_MS = 150

export function makeParts(React) {
  const h = React.createElement
  const { useEffect, useId, useRef, useState } = React

  // Comes into view when it arrives, and again when one of these makes it longer.
  function useArrival(...longer) {
    const card = useRef(null)
    useEffect(() => {
      if (card.current) bringIntoView(card.current)
    }, longer)
    return card
  }

  // A list is read from its beginning.
  function useArrivalAtTop() {
    const card = useRef(null)
    useEffect(() => {
      const timer = setTimeout(() => card.current && card.current.scrollIntoView({ block: 'start' }), ARRIVED_MS)
      return () => clearTimeout(timer)
    }, [])
    return card
  }

  function Icon({ name, size = 20 }) {
    return h(
      'svg',
      { width: size, height: size, viewBox: '0 0 24 24', className: 'u-icon', 'aria-hidden': true },
      h('path', { d: drawing(name) })
    )
  }

  function Picture({ name }) {
    return h('span', { className: 'u-picture', 'data-tone': tone(name) }, h(Icon, { name, size: 22 }))
  }

  function Head({ view, children }) {
    return h(
      'header',
      { className: 'u-head' },
      h(
        'div',
        { className: 'u-grow' },
        h('h3', { className: 'u-title' }, view.title),
        h('p', { className: 'u-soft' }, `${view.labels.payee} ${view.payee}`)
      ),
      children || h('span', { className: 'u-state', 'data-state': view.state }, view.state_label)
    )
  }

  function Folded({ view }) {
    return h(
      'section',
      { className: 'u-card u-folded', 'data-testid': 'order-card', 'data-folded': 'true', 'aria-label': view.title },
      h('span', null, view.title),
      h('s', null, view.total),
      h('span', { className: 'u-last' }, view.labels.replaced)
    )
  }

  // `options`: in the place of the chips, where they can be changed; `below`: what they have opened.
  function Line({ line, options, below, children }) {
    const counted = !children && line.quantity_max !== 1
    return h(
      'li',
      { className: 'u-line' },
      h(Picture, { name: line.picture }),
      h(
        'div',
        { className: 'u-grow' },
        h('p', { className: 'u-name' }, line.name, counted && h('span', { className: 'u-soft' }, ` × ${line.quantity}`)),
        options ||
          (line.options.length > 0 &&
            h('ul', { className: 'u-chips' }, line.options.map((option) => h('li', { key: option.label }, option.label)))),
        line.note && h('p', { className: 'u-note' }, line.note),
        line.badge && h('p', { className: 'u-badge' }, line.badge)
      ),
      h('div', { className: 'u-side' }, h('span', { className: 'u-amount' }, line.total), children),
      below
    )
  }

  function Row({ row }) {
    return h('div', { className: 'u-row', 'data-kind': row.kind }, h('span', null, row.label), h('span', null, row.amount))
  }

  // A sum that can be looked into.
  function Opening({ row }) {
    return h(
      'details',
      { className: 'u-details', 'data-kind': row.kind },
      h('summary', null, h('span', null, row.label), h('span', null, row.amount)),
      h('ul', null, row.details.map((detail) => h('li', { key: detail }, detail)))
    )
  }

  function Rows({ view }) {
    return h('div', { className: 'u-rows' }, view.rows.map((row, index) => h(row.details.length ? Opening : Row, { key: index, row })))
  }

  function Place({ view }) {
    const how = [view.fulfilment, view.eta].filter(Boolean).join(' · ')
    if (!how && !view.destination) return null
    const stops = view.stops || []
    return h(
      'div',
      { className: 'u-place' },
      h(Icon, { name: 'place', size: 18 }),
      h(
        'div',
        null,
        h('p', null, how),
        view.when && h('p', { className: 'u-when' }, view.when),
        stops.length > 1
          ? h('ol', { className: 'u-stops' }, stops.map((stop, index) => h('li', { key: index }, stop)))
          : view.destination && h('p', { className: 'u-soft' }, view.destination),
        view.terms && h('p', { className: 'u-terms' }, view.terms)
      )
    )
  }

  // How far an order is: its stages in a row, by word and colour.
  function Steps({ view }) {
    const steps = view.steps || []
    if (!steps.length) return null
    return h(
      'div',
      { className: 'u-track', role: 'status', 'aria-live': 'polite' },
      h(
        'ol',
        { className: 'u-steps' },
        steps.map((step) =>
          h(
            'li',
            {
              key: step.state,
              className: 'u-step',
              'data-reached': step.reached || undefined,
              'aria-current': step.current ? 'step' : undefined
            },
            h('span', null, step.label)
          )
        )
      ),
      view.due && h('p', { className: 'u-due', 'data-late': view.late || undefined }, view.due)
    )
  }

  // Counts down by the server's clock and says once when the time is over.
  function Countdown({ until, label, onOver }) {
    const [left, setLeft] = useState(() => seconds(until))
    const over = useRef(onOver)
    over.current = onOver
    useEffect(() => {
      const tick = () => {
        const now = seconds(until)
        setLeft(now)
        if (now === 0) {
          clearInterval(timer)
          over.current()
        }
      }
      const timer = setInterval(tick, 1000)
      tick()
      return () => clearInterval(timer)
    }, [until])
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
    return h('span', { className: 'u-time', role: 'timer' }, h(Icon, { name: 'clock', size: 14 }), ` ${label} `, h('b', null, time))
  }

  function Pin({ label, value, onChange, autoFocus, describedBy, invalid }) {
    const id = useId()
    const field = useRef(null)
    useEffect(() => {
      if (autoFocus) field.current.focus({ preventScroll: true })
    }, [autoFocus])
    return h(
      'div',
      { className: 'u-field' },
      h('label', { htmlFor: id }, label),
      h('input', {
        id,
        ref: field,
        className: 'u-pin',
        type: 'password',
        inputMode: 'numeric',
        autoComplete: 'off',
        maxLength: 6,
        value,
        'aria-describedby': describedBy,
        'aria-invalid': invalid || undefined,
        'data-1p-ignore': true,
        'data-lpignore': 'true',
        onChange: (event) => onChange(event.target.value.replace(/\D/g, ''))
      })
    )
  }

  // A form in the place of the button: it comes into view, Escape leaves it, and a second click while it is sent does nothing.
  function Form({ children, said, busy, ready, action, labels, onSubmit, onBack }) {
    const form = useRef(null)
    // What is said in it makes it longer.
    useEffect(() => {
      const grown = new ResizeObserver(([entry]) => bringIntoView(entry.target))
      grown.observe(form.current)
      return () => grown.disconnect()
    }, [])
    const submit = (event) => {
      event.preventDefault()
      if (ready && !busy) onSubmit()
    }
    const leave = (event) => event.key === 'Escape' && onBack && onBack()
    return h(
      'form',
      { ref: form, className: 'u-form', onSubmit: submit, onKeyDown: leave, noValidate: true },
      children,
      said,
      h(
        'div',
        { className: 'u-buttons' },
        onBack && h('button', { type: 'button', className: 'u-button u-plain', onClick: onBack, disabled: busy }, labels.back),
        h('button', { type: 'submit', className: 'u-button u-primary', disabled: busy || !ready }, busy ? labels.working : action)
      )
    )
  }

  function PinForm({ labels, action, busy, said, saidId, wrong, onPin, onBack, children }) {
    const [pin, setPin] = useState('')
    // A refused PIN is typed anew, not mended.
    useEffect(() => setPin(''), [wrong])
    return h(
      Form,
      { labels, action, busy, said, onBack, ready: pin.length === 6, onSubmit: () => onPin(pin) },
      h(Pin, {
        label: labels.pin,
        value: pin,
        onChange: setPin,
        autoFocus: !busy,
        describedBy: saidId,
        invalid: wrong > 0
      }),
      children
    )
  }

  function BindForm({ labels, action, busy, said, saidId, onPin, onBack }) {
    const [consent, setConsent] = useState(false)
    const [pin, setPin] = useState('')
    const [again, setAgain] = useState('')
    const differs = again.length === 6 && pin !== again
    return h(
      Form,
      {
        labels,
        action,
        busy,
        onBack,
        ready: consent && pin.length === 6 && pin === again,
        onSubmit: () => onPin(pin),
        said: differs ? h('p', { className: 'u-said', role: 'alert', 'data-bad': true }, labels.pin_differs) : said
      },
      h(
        'label',
        { className: 'u-check' },
        h('input', { type: 'checkbox', checked: consent, onChange: (event) => setConsent(event.target.checked) }),
        h('span', null, labels.consent)
      ),
      h(
        'div',
        { className: 'u-pair' },
        h(Pin, { label: labels.new_pin, value: pin, onChange: setPin, describedBy: saidId }),
        h(Pin, { label: labels.repeat_pin, value: again, onChange: setAgain, invalid: differs })
      )
    )
  }

  function DepositForm({ labels, action, minor, busy, said, saidId, wrong, onDeposit, onBack }) {
    const id = useId()
    const [amount, setAmount] = useState(() => plain(minor))
    const [pin, setPin] = useState('')
    const key = useRef(newKey())
    useEffect(() => setPin(''), [wrong])
    const ready = /^\d{1,7}(\.\d{1,2})?$/.test(amount) && pin.length === 6
    return h(
      Form,
      { labels, action, busy, said, onBack, ready, onSubmit: () => onDeposit({ amount, pin, key: key.current }) },
      h(
        'div',
        { className: 'u-pair' },
        h(
          'div',
          { className: 'u-field' },
          h('label', { htmlFor: id }, labels.amount),
          h('input', {
            id,
            className: 'u-input',
            inputMode: 'decimal',
            autoComplete: 'off',
            maxLength: 10,
            value: amount,
            onChange: (event) => setAmount(event.target.value.trim())
          })
        ),
        h(Pin, { label: labels.pin, value: pin, onChange: setPin, autoFocus: true, describedBy: saidId, invalid: wrong > 0 })
      )
    )
  }

  return {
    useArrival,
    useArrivalAtTop,
    Icon,
    Picture,
    Folded,
    Head,
    Line,
    Rows,
    Place,
    Steps,
    Countdown,
    Form,
    Pin,
    PinForm,
    BindForm,
    DepositForm
  }
}

// The last card of the conversation shows its button first, which must not end up behind the composer.
function bringIntoView(element) {
  const cards = document.querySelectorAll('.u-card')
  if (element.closest('.u-card') !== cards[cards.length - 1]) {
    element.scrollIntoView({ block: 'nearest' })
    return
  }
  let list = element.parentElement
  while (list.parentElement && getComputedStyle(list).overflowY !== 'auto') list = list.parentElement
  list.scrollTop = list.scrollHeight
}

// Whole seconds, 0 only when the time is over.
function seconds(until) {
  return Math.max(0, Math.ceil((Date.parse(until) - serverNow()) / 1000))
}

// 1260 → "12.60": the digits that a form starts with.
function plain(minor) {
  const digits = String(minor).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
