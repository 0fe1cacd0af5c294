// Chainlit's page takes a lost connection for a sign-out: it leaves the conversation for the sign-in page, which can't be loaded
// either. Asking who is signed in waits here until the server answers again.
const PAUSE_MS = 1500

export function bePatient() {
  const ask = window.fetch.bind(window)
  window.fetch = (address, options) => (isWho(address) ? askUntilAnswered(ask, address, options) : ask(address, options))
}

function isWho(address) {
  return new URL(address.url || address, location.href).pathname === '/user'
}

async function askUntilAnswered(ask, address, options) {
  for (;;) {
    try {
      const response = await ask(address, options)
      if (response.status < 500) return response
    } catch (error) {
      if (error.name === 'AbortError') throw error
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS))
  }
}
