// Chainlit's icon buttons and pictures have English names or none. They get names in the page's language, from the texts that
// the page itself is given.
const BRAND = 'Usual'
const CONTROLS = {
  '#chat-submit': ['chat.input.actions.send'],
  '#sidebar-trigger-button, [data-sidebar="trigger"], [data-sidebar="rail"]': ['threadHistory.sidebar.title'],
  '#new-chat-button': ['navigation.newChat.button'],
  '#search-chats-button': ['threadHistory.sidebar.filters.search'],
  '#theme-toggle': ['navigation.header.theme.light', 'navigation.header.theme.dark'],
  'button:has(> svg.lucide-arrow-down)': ['usual.toEnd'],
  'section[aria-label^="Notifications"]': ['alerts.info']
}
// What scrolls: where no card has a button left, the keyboard could not reach it.
const CONVERSATION = '.overflow-y-auto.flex-grow:has(.step)'
const PICTURES = { 'img[alt="logo"], img[alt^="Avatar for"]': BRAND, 'img[alt="Image"]': '' }

export async function nameControls() {
  const translation = await words()
  const word = (path) => path.split('.').reduce((node, key) => node[key], translation)
  const name = () => {
    for (const [selector, paths] of Object.entries(CONTROLS)) mark(selector, 'aria-label', paths.map(word).join(' / '))
    for (const [selector, alt] of Object.entries(PICTURES)) mark(selector, 'alt', alt)
    mark(CONVERSATION, 'tabindex', '0')
    mark(CONVERSATION, 'role', 'region')
    mark(CONVERSATION, 'aria-label', word('usual.conversation'))
  }
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true })
  name()
}

// The texts that the page itself is given, in its language.
let asked = null
export function words() {
  asked = asked || fetch(`/project/translations?language=${navigator.language}`).then((response) => response.json())
  return asked.then(({ translation }) => translation)
}

function mark(selector, attribute, text) {
  for (const element of document.querySelectorAll(selector))
    for (const kept of element.title ? [attribute, 'title'] : [attribute])
      if (element.getAttribute(kept) !== text) element.setAttribute(kept, text)
}
