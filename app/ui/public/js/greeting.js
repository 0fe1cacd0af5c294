// An empty chat says to a newcomer what to do first.
import { get } from './api.js'

export function greetNewcomer() {
  let asked = null
  const greet = async () => {
    const starters = document.querySelector('#starters')
    if (!starters || document.querySelector('.u-greeting')) return
    asked = asked || get('/api/greeting', navigator.language).catch(() => (asked = null))
    const answer = await asked
    if (!answer || !answer.text || !starters.isConnected || document.querySelector('.u-greeting')) return
    const greeting = document.createElement('p')
    greeting.className = 'u-greeting'
    greeting.textContent = answer.text
    starters.before(greeting)
  }
  new MutationObserver(greet).observe(document.body, { childList: true, subtree: true })
  greet()
}
