// Chainlit's sign-in form has no way to an account for those who have none, and none back to where somebody came from.
import { words } from './names.js'

// Where a page sent its visitor to sign in from; only what is the wallet's is gone back to.
const BACK = /^\/wallet(?![^/?#])/

export function goBackAfterSignIn() {
  const back = new URLSearchParams(location.search).get('back') || ''
  if (location.pathname !== '/login' || !BACK.test(back)) return
  new MutationObserver(() => {
    if (location.pathname !== '/login') location.replace(back)
  }).observe(document.body, { childList: true, subtree: true })
}

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
