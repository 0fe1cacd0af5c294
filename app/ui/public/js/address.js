// On a narrow page Chainlit's list of conversations is not there, and with it what gives a conversation its address: a reload would
// open a new one. The chat tells here which conversation this is.
const SETTLED_MS = 300
const THREAD = /^[0-9a-f-]{36}$/

export function keepAddress() {
  window.addEventListener('message', (event) => {
    const thread = event.source === window && event.data && event.data.usual_thread
    if (!THREAD.test(thread || '')) return
    // Where the list is there it has set the address itself by then.
    setTimeout(() => {
      if (location.pathname === '/') history.replaceState(history.state, '', `/thread/${thread}`)
    }, SETTLED_MS)
  })
}
