// What the cards share, as window.usual. Chainlit runs a card's JSX anew whenever its surroundings change; a component that
// is made once keeps its state, so that nothing that was typed is lost.
import { keepAddress } from './js/address.js'
import { get, post, newKey, serverNow } from './js/api.js'
import { greetNewcomer } from './js/greeting.js'
import { agreeWithPasskey, makePasskey, payWithPasskey } from './js/passkey.js'
import { nameControls } from './js/names.js'
import { makeEditing } from './js/editing.js'
import { makeParts } from './js/parts.js'
import { goBackAfterSignIn, offerSignUp } from './js/sign-in.js'
import { bePatient } from './js/patience.js'

const made = new Map()
let parts = null

window.usual = {
  get,
  post,
  newKey,
  serverNow,
  agreeWithPasskey,
  payWithPasskey,
  once(name, make) {
    if (!made.has(name)) made.set(name, make())
    return made.get(name)
  },
  parts(React) {
    if (!parts) {
      const plain = makeParts(React)
      parts = { ...plain, ...makeEditing(React, plain), ...makePasskey(React, plain) }
    }
    return parts
  }
}

document.documentElement.lang = navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
bePatient()
keepAddress()
nameControls()
goBackAfterSignIn()
offerSignUp()
greetNewcomer()
