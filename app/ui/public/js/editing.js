// What of a card is changed by tap: a line's options behind its chips, how and where to behind its place.
import { get } from './api.js'

export function makeEditing(React, { Line }) {
  const h = React.createElement
  const { useEffect, useId, useRef, useState } = React

  // What this version of the card can be changed to, asked for when something is opened.
  function useChanges(view, open) {
    const [changes, setChanges] = useState(null)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (!open) return
      let gone = false
      setFailed(false)
      get(`/api/checkouts/${view.id}/changes`, view.lang)
        .then((fresh) => gone || setChanges(fresh))
        .catch(() => gone || setFailed(true))
      return () => {
        gone = true
      }
    }, [open, view.id, view.version])
    return { changes, failed }
  }

  // Opens below what opened it; Escape closes it, and the focus goes back there.
  function Panel({ id, label, labels, children, failed, onClose }) {
    const panel = useRef(null)
    useEffect(() => {
      if (children) panel.current.scrollIntoView({ block: 'nearest' })
    }, [Boolean(children)])
    const leave = (event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      onClose()
    }
    return h(
      'div',
      { id, ref: panel, className: 'u-panel', role: 'group', 'aria-label': label, onKeyDown: leave },
      children,
      failed && h('p', { className: 'u-soft', role: 'status' }, labels.no_changes),
      h('button', { type: 'button', className: 'u-done-button', onClick: onClose }, labels.done)
    )
  }

  function Press({ pressed, off, className, onClick, children, ...more }) {
    // It stays in the order of the keyboard while a change is under way: the focus must not be lost.
    return h(
      'button',
      {
        type: 'button',
        className,
        'aria-pressed': pressed,
        'aria-disabled': off || undefined,
        onClick: () => off || onClick(),
        ...more
      },
      children
    )
  }

  function Option({ group, option, labels, busy, onPick }) {
    const chosen = option.count > 0
    const alone = chosen && group.required && group.options.filter((one) => one.count > 0).length === 1
    const full = !chosen && !group.single && group.full
    const counted = chosen && option.count_max > 1
    return h(
      'li',
      { className: 'u-option' },
      h(
        Press,
        {
          className: 'u-pick',
          pressed: chosen,
          off: busy || alone || full,
          onClick: () => onPick(option.id, chosen ? 0 : 1)
        },
        option.label,
        option.count > 1 && ` × ${option.count}`,
        option.price && h('span', { className: 'u-delta' }, ` ${option.price}`)
      ),
      counted &&
        h(
          Press,
          {
            className: 'u-pick u-count',
            'aria-label': `${labels.fewer}: ${option.label}`,
            off: busy || option.count === 1,
            onClick: () => onPick(option.id, option.count - 1)
          },
          '−'
        ),
      counted &&
        h(
          Press,
          {
            className: 'u-pick u-count',
            'aria-label': `${labels.more}: ${option.label}`,
            off: busy || group.full || option.count >= option.count_max,
            onClick: () => onPick(option.id, option.count + 1)
          },
          '+'
        )
    )
  }

  function Group({ group, labels, busy, onPick }) {
    const id = useId()
    return h(
      'div',
      { className: 'u-group', role: 'group', 'aria-labelledby': id },
      h('p', { id, className: 'u-group-name' }, group.label, group.hint && h('span', null, ` · ${group.hint}`)),
      h(
        'ul',
        { className: 'u-options' },
        group.options.map((option) => h(Option, { key: option.id, group, option, labels, busy, onPick }))
      )
    )
  }

  // A line whose chips open their groups; one more opens them all.
  function EditableLine({ view, line, busy, onEdit, children }) {
    const { labels } = view
    const [open, setOpen] = useState(null)
    const id = useId()
    const opener = useRef(null)
    const all = useRef(null)
    const { changes, failed } = useChanges(view, open)
    const offered = changes && changes.lines.find((one) => one.line === line.id)
    const groups = offered ? offered.groups.filter((group) => open === 'all' || group.id === open) : []

    const toggle = (name) => (event) => {
      opener.current = event.currentTarget
      setOpen(open === name ? null : name)
    }
    const close = () => {
      setOpen(null)
      const back = opener.current && opener.current.isConnected ? opener.current : all.current
      if (back) back.focus({ preventScroll: true })
    }
    const chip = (name, text, more) =>
      h(
        'button',
        {
          type: 'button',
          className: 'u-chip',
          'aria-expanded': open === name,
          'aria-controls': open === name ? id : undefined,
          onClick: toggle(name),
          ...more
        },
        text
      )
    const chips = h(
        'ul',
        { className: 'u-chips' },
        line.options.map((option) =>
          h(
            'li',
            { key: option.label, className: option.group ? 'u-opens' : undefined },
            option.group
              ? chip(option.group, option.label, { 'aria-label': `${option.label}. ${labels.change_of}: ${line.name}` })
              : option.label
          )
        ),
        line.has_options &&
          h(
            'li',
            { key: 'all', className: 'u-opens' },
            chip('all', `+ ${labels.options}`, { ref: all, 'aria-label': `+ ${labels.options}: ${line.name}` })
          )
      )
    const below =
      open &&
        h(
          Panel,
          { id, label: `${labels.options_of} ${line.name}`, labels, failed, onClose: close },
          groups.length > 0 &&
            groups.map((group) =>
              h(Group, {
                key: group.id,
                group,
                labels,
                busy,
                onPick: (option, count) => onEdit({ kind: 'option', line: line.id, group: group.id, option, count })
              })
            )
        )
    return h(Line, { line, below, options: (line.has_options || line.options.length > 0) && chips }, children)
  }

  function Way({ way, busy, onPick, testid, main, side, soft }) {
    return h(
      'li',
      null,
      h(
        Press,
        { className: 'u-way', pressed: way.chosen, off: busy || way.chosen || way.possible === false, onClick: onPick, 'data-testid': testid },
        h('span', { className: 'u-grow' }, h('span', { className: 'u-name' }, main), soft && h('span', { className: 'u-soft' }, soft)),
        side && h('span', { className: 'u-amount' }, side)
      )
    )
  }

  // How and where to: a button beside the place, and the list that it opens.
  function PlaceOptions({ view, busy, onEdit, children }) {
    const { labels } = view
    const [open, setOpen] = useState(false)
    const id = useId()
    const button = useRef(null)
    const { changes, failed } = useChanges(view, open)
    const close = () => {
      setOpen(false)
      button.current.focus({ preventScroll: true })
    }
    const list = (name, items) =>
      items.length > 0 && h('div', { key: name, role: 'group', 'aria-label': name }, h('p', { className: 'u-group-name' }, name), h('ul', null, items))
    return h(
      'div',
      { className: 'u-where' },
      h(
        'div',
        { className: 'u-where-row' },
        children,
        h(
          'button',
          {
            ref: button,
            type: 'button',
            className: 'u-change',
            'aria-expanded': open,
            'aria-controls': open ? id : undefined,
            'aria-label': `${labels.change}: ${labels.ways}`,
            onClick: () => setOpen(!open)
          },
          labels.change
        )
      ),
      open &&
        h(
          Panel,
          { id, label: labels.ways, labels, failed, onClose: close },
          changes && [
            list(
              labels.ways,
              changes.ways.map((way) =>
                h(Way, {
                  key: way.id,
                  way,
                  busy,
                  testid: `way-${way.id}`,
                  main: way.label,
                  soft: way.detail,
                  side: way.fee,
                  onPick: () => onEdit({ kind: 'fulfilment', fulfilment: way.id })
                })
              )
            ),
            list(
              labels.addresses,
              changes.addresses.map((address) =>
                h(Way, {
                  key: address.id,
                  way: address,
                  busy,
                  testid: `address-${address.id}`,
                  main: address.label,
                  soft: address.masked,
                  onPick: () => onEdit({ kind: 'address', address: address.id })
                })
              )
            )
          ]
        )
    )
  }

  return { EditableLine, PlaceOptions, Press }
}
