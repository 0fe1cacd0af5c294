// Chainlit's sign-in form has no way to an account for those who have none.
import { words } from './names.js'

export async function offerSignUp() {
  const { usual } = await words()
  const offer = () => {
    const form = document.querySelector('form:has(input#password)')
    if (!form || form.querySelector('.u-sign-up')) return
    const link = document.createElement('a')
    link.className = 'u-sign-up'
    link.href = `/sign-up?lang=${navigator.language}`
    link.textContent = usual.no_account
    form.append(link)
  }
  new MutationObserver(offer).observe(document.body, { childList: true, subtree: true })
  offer()
}
