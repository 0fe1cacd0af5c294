// The browser's own passkeys: what the service asks goes to the authenticator, what that made or signed goes back as JSON.
import { get, post, Refused } from './api.js'

// The pieces by which a card offers it.
export function makePasskey(React, { Icon }) {
  const h = React.createElement
  const { useEffect, useState } = React

  // Whether the customer has one that can be used in this browser, at this address.
  function usePasskey(asked, lang) {
    const [has, setHas] = useState(false)
    useEffect(() => {
      if (!asked || !supported()) return
      get('/api/passkeys', lang).then(
        (found) => setHas(found.usable > 0),
        () => setHas(false)
      )
    }, [asked])
    return has
  }

  function PasskeyButton({ labels, busy, onPress }) {
    return h(
      'button',
      { type: 'button', className: 'u-button u-plain', 'data-testid': 'passkey', disabled: busy, onClick: onPress },
      h(Icon, { name: 'key', size: 16 }),
      labels.passkey
    )
  }

  return { usePasskey, PasskeyButton }
}

// Asks what is to be signed for this version of a card, has it signed, and pays with that: what became of the card.
export function payWithPasskey(view) {
  return stepUp(`/api/checkouts/${view.id}`, 'pay-with-passkey', view)
}

// The same for the terms of a standing order: what became of it.
export function agreeWithPasskey(view) {
  return stepUp(`/api/standing-orders/${view.id}`, 'agree-with-passkey', view)
}

async function stepUp(path, act, { version, lang, labels }) {
  const { challenge, options } = await post(`${path}/passkey`, lang, { version })
  const credential = await sign(options, labels.passkey_stopped)
  return post(`${path}/${act}`, lang, { version, challenge, credential })
}

export function supported() {
  return Boolean(window.PublicKeyCredential && navigator.credentials)
}

// `stopped` is said when the person or the device breaks off.
export function make(options, stopped) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map(described)
  }
  return answered(navigator.credentials.create({ publicKey }), ['clientDataJSON', 'attestationObject'], stopped)
}

function sign(options, stopped) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: options.allowCredentials.map(described) }
  return answered(navigator.credentials.get({ publicKey }), ['clientDataJSON', 'authenticatorData', 'signature'], stopped)
}

async function answered(asking, parts, stopped) {
  let credential = null
  try {
    credential = await asking
  } catch {
    // Which of the reasons it was, browsers keep to themselves.
  }
  if (!credential) throw new Refused(0, 'passkey_stopped', stopped)
  const response = Object.fromEntries(parts.map((part) => [part, text(credential.response[part])]))
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response })
}

function described(known) {
  return { ...known, id: bytes(known.id) }
}

function bytes(base64url) {
  const binary = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
