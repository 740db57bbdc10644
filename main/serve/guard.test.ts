import { describe, expect, it } from 'vitest'
import { createGuard } from './guard.ts'

describe('guard', () => {
  it('opens one browser for each link, once', () => {
    const guard = createGuard(4000)
    const token = guard.issueToken()
    const session = guard.redeem(token)
    expect(session).toBeTypeOf('string')
    expect(guard.redeem(token)).toBeUndefined()
    expect(guard.knows(`other=1; ${guard.cookie(session!).split(';')[0]}`)).toBe(true)
    expect(guard.knows(undefined)).toBe(false)
    expect(guard.knows('ride-workbench-4000=')).toBe(false)
    expect(guard.knows(`ride-workbench-4001=${session}`)).toBe(false)
  })

  it('refuses truncated and lengthened tokens', () => {
    const guard = createGuard(4000)
    const token = guard.issueToken()
    for (const wrong of ['', token.slice(0, -1), `${token}A`, token.toLowerCase().toUpperCase()]) expect(guard.redeem(wrong)).toBeUndefined()
    expect(guard.redeem(token)).toBeDefined()
  })

  it('lets a short-lived token expire, and a printed one wait', () => {
    let clock = 0
    const guard = createGuard(4000, () => clock)
    const [printed, first, second] = [guard.issueToken(), guard.issueToken(1000), guard.issueToken(1000)]
    clock = 999
    expect(guard.redeem(first)).toBeDefined()
    clock = 1000
    expect(guard.redeem(second)).toBeUndefined()
    clock = 1e9
    expect(guard.redeem(printed)).toBeDefined()
  })

  it('reads no token for a minute after twenty wrong ones', () => {
    let clock = 0
    const guard = createGuard(4000, () => clock)
    const token = guard.issueToken()
    for (let guess = 0; guess < 20; guess++) guard.redeem(`guess ${guess}`)
    expect(guard.redeem(token)).toBeUndefined()
    expect(guard.isLocked()).toBe(true)
    clock = 60_001
    expect(guard.isLocked()).toBe(false)
    expect(guard.redeem(token)).toBeDefined()
  })

  it('knows its own addresses and no look-alikes', () => {
    const guard = createGuard(4000)
    for (const host of ['127.0.0.1:4000', 'localhost:4000', 'LOCALHOST:4000']) expect(guard.allowsHost(host)).toBe(true)
    for (const host of [undefined, '', 'evil.example:4000', '127.0.0.1', '127.0.0.1:4001', '127.0.0.1.evil.com:4000', 'localhost:40000']) expect(guard.allowsHost(host)).toBe(false)
    expect(guard.allowsOrigin('http://127.0.0.1:4000', true)).toBe(true)
    for (const origin of ['null', 'http://evil', 'https://127.0.0.1:4000', 'http://127.0.0.1:4000.evil.com', 'http://localhost:4001']) {
      expect(guard.allowsOrigin(origin, true)).toBe(false)
      expect(guard.allowsOrigin(origin, false)).toBe(false)
    }
    expect(guard.allowsOrigin(undefined, true)).toBe(false)
    expect(guard.allowsOrigin(undefined, false)).toBe(true)
  })
})
