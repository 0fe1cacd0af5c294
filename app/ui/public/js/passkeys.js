// The passkeys' page: adds one after the PIN, removes one with it. Its sentences are on the page.
import { post } from './api.js'
import { make, supported } from './passkey.js'

const { lang, failed, stopped, working, unsupported } = document.querySelector('main').dataset
let busy = false

function serve(form, done, work) {
  const said = form.querySelector('.said')
  const button = form.querySelector('button')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    button.setAttribute('aria-disabled', 'true')
    said.textContent = working
    delete said.dataset.bad
    try {
      await work()
      location.assign(`/passkeys?lang=${lang}&done=${done}`)
    } catch (error) {
      said.textContent = (error.code && error.message) || failed
      said.dataset.bad = 'true'
      form.elements.pin.value = ''
      form.elements.pin.focus()
    } finally {
      busy = false
      button.removeAttribute('aria-disabled')
    }
  })
}

const add = document.querySelector('#add')
if (supported()) {
  serve(add, 'added', async () => {
    const name = add.elements.name.value
    const begun = await post('/api/passkeys/begin', lang, { name, pin: add.elements.pin.value })
    const credential = await make(begun.options, stopped)
    await post('/api/passkeys', lang, { challenge: begun.challenge, credential, name })
  })
} else {
  add.querySelector('.said').textContent = unsupported
  for (const control of add.elements) control.disabled = true
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  serve(form, 'removed', () => post(`/api/passkeys/${form.dataset.passkey}/remove`, lang, { pin: form.elements.pin.value }))
}
