/** Who may talk to the server: the right address, the right origin, and whoever opened a link it printed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Wrong tokens before further ones are refused unread, and for how long. */
const failuresAllowed = 20
const lockMs = 60_000

export interface Guard {
  /** A new link's token; it opens one browser, once, and for so many milliseconds only. */
  issueToken(lifeMs?: number): string
  /** Takes a token back for a session's secret; undefined where it is wrong, used, too old, or too many were tried. */
  redeem(token: string): string | undefined
  /** Whether tokens are refused unread for now, right or wrong. */
  isLocked(): boolean
  /** Whether the cookie header carries a session of this server. */
  knows(cookieHeader: string | undefined): boolean
  cookie(session: string): string
  /** Whether Host names this server itself: what stops a foreign name from being rebound to this address. */
  allowsHost(host: string | undefined): boolean
  /** Whether Origin, where there is one, is this server's own page. An upgrade must have one. */
  allowsOrigin(origin: string | undefined, required: boolean): boolean
  /** Whether Sec-Fetch-Site, where the browser sends it, says that no other page asks: any page could try tokens else. */
  allowsSite(site: string | undefined): boolean
}

/** @param now milliseconds of a clock that only goes forward */
export function createGuard(port: number, now: () => number = () => performance.now()): Guard {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`])
  const origins = new Set([...hosts].map((host) => `http://${host}`))
  const cookieName = `ride-workbench-${port}`
  let tokens: { readonly digest: Buffer; readonly until: number }[] = []
  const sessions: Buffer[] = []
  let failures = 0
  let lockedUntil = -Infinity

  const isLocked = (): boolean => now() < lockedUntil
  return {
    issueToken(lifeMs = Infinity) {
      const token = randomBytes(32).toString('base64url')
      tokens.push({ digest: digest(token), until: now() + lifeMs })
      return token
    },
    redeem(token) {
      if (isLocked()) return undefined
      tokens = tokens.filter(({ until }) => now() < until)
      const index = find(
        tokens.map((issued) => issued.digest),
        token,
      )
      if (index < 0) {
        failures += 1
        if (failures >= failuresAllowed) {
          lockedUntil = now() + lockMs
          failures = 0
        }
        return undefined
      }
      failures = 0
      tokens.splice(index, 1)
      const session = randomBytes(32).toString('base64url')
      sessions.push(digest(session))
      return session
    },
    isLocked,
    knows(cookieHeader) {
      const prefix = `${cookieName}=`
      const values = (cookieHeader ?? '').split(';').map((pair) => pair.trim())
      return values.some((pair) => pair.startsWith(prefix) && find(sessions, pair.slice(prefix.length)) >= 0)
    },
    cookie: (session) => `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    allowsHost: (host) => host !== undefined && hosts.has(host.toLowerCase()),
    allowsOrigin: (origin, required) => (origin === undefined ? !required : origins.has(origin)),
    allowsSite: (site) => site === undefined || site === 'none' || site === 'same-origin',
  }
}

/** Secrets are kept and compared as digests: equal lengths, constant time. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function find(digests: readonly Buffer[], secret: string): number {
  const wanted = digest(secret)
  let found = -1
  digests.forEach((candidate, index) => {
    if (timingSafeEqual(candidate, wanted)) found = index
  })
  return found
}
