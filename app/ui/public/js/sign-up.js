// What a script can add to the sign-up page: the reader's time zone, the first field that needs mending, and one account
// however often the button is pressed.
const form = document.querySelector('form')
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone) form.elements.zone.value = zone

const wrong = form.querySelector('[aria-invalid]')
;(wrong || form.elements.display_name).focus()

let sent = false
form.addEventListener('submit', (event) => {
  if (sent) event.preventDefault()
  sent = true
})
// The page may come back from the browser's memory.
addEventListener('pageshow', () => {
  sent = false
})
