// Talks to our own routes. The PIN goes from the form to the request and is kept nowhere.

// The Date header has whole seconds: a smaller difference of the clocks is noise.
const NOISE_MS = 2000

let token = null
let skew = 0

export class Refused extends Error {
  constructor(status, code, message) {
    super(message)
    this.status = status
    this.code = code
  }
}

// The server's clock: a card expires by it, whatever the device believes.
export function serverNow() {
  return Date.now() + skew
}

// A key for one form: sending the form twice does the thing once.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function get(path, lang) {
  return call(path, lang, {})
}

export async function post(path, lang, body) {
  try {
    return await send(path, lang, body)
  } catch (error) {
    // Another tab may have signed in again: the token belongs to the sign-in.
    if (error.code !== 'request_forged') throw error
    token = null
    return send(path, lang, body)
  }
}

async function send(path, lang, body) {
  if (!token) token = (await call('/api/session', lang, {})).csrf
  return call(path, lang, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Usual-CSRF': token },
    body: JSON.stringify(body)
  })
}

async function call(path, lang, options) {
  const response = await fetch(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, { credentials: 'same-origin', cache: 'no-store', ...options })
  const date = Date.parse(response.headers.get('Date') || '')
  if (date) skew = Math.abs(date - Date.now()) > NOISE_MS ? date - Date.now() : 0
  const body = await response.json().catch(() => ({}))
  if (!response.ok) throw new Refused(response.status, body.code || 'unexpected', body.message || '')
  return body
}
