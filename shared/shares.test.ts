import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readShares } from './shares.ts'

const classes = [{ classId: 4, name: 'lynx' }, { classId: 7, name: 'wildcat, European' }, { classId: 9, name: 'Önager "x"' }]
const failing = (text: string): string => {
  try {
    readShares(text, classes)
    return 'nothing'
  } catch (error) {
    return (error as Error).message
  }
}

describe('shares out of a spreadsheet', () => {
  it('are fractions, per cent or counts, as their sum says', () => {
    expect(readShares('lynx\t0.2\nwildcat, European\t0.3', classes)).toEqual({ as: 'fractions', shares: [{ classId: 4, share: 0.2 }, { classId: 7, share: 0.3 }] })
    expect(readShares('lynx,20\n"wildcat, European",30', classes)).toEqual({ as: 'percent', shares: [{ classId: 4, share: 0.2 }, { classId: 7, share: 0.3 }] })
    expect(readShares('lynx;300\nwildcat, European;100', classes)).toEqual({ as: 'counts', shares: [{ classId: 4, share: 0.75 }, { classId: 7, share: 0.25 }] })
    expect(readShares('lynx\t0.5 %', classes)).toEqual({ as: 'percent', shares: [{ classId: 4, share: 0.005 }] })
  })

  it('come with headings, empty lines, quotes, decimal commas and other spellings', () => {
    expect(readShares('Class\tShare\r\n\r\n LYNX \t12,5\r\n"Önager ""x"""\t7.5\r\n', classes).shares).toEqual([{ classId: 4, share: 0.125 }, { classId: 9, share: 0.075 }])
    expect(readShares('', classes)).toEqual({ as: 'fractions', shares: [] })
  })

  it('are typed with nothing but a space before the number', () => {
    expect(readShares('lynx 12,5\nwildcat, European 30 %\nÖnager "x"  7.5%', classes).shares).toEqual([{ classId: 4, share: 0.125 }, { classId: 7, share: 0.3 }, { classId: 9, share: 0.075 }])
  })

  it('that were rounded come to the whole, and never to more', () => {
    const { shares } = readShares('lynx\t33.4\nwildcat, European\t33.4\nÖnager "x"\t33.4', classes)
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 }), (values) => {
        const read = readShares(values.map((value, n) => `${['lynx', '"wildcat, European"', '"Önager ""x"""'][n]}\t${value}`).join('\n'), classes)
        expect(read.shares.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  it('that cannot be read name their line', () => {
    expect(failing('lynx\t0.2\notter\t0.1')).toBe('Line 2 names no class of the run, so that nothing was changed: otter\t0.1')
    expect(failing('class,share\nlynx,many')).toBe('Line 2 has no share after its class, such as 0.25, 25 % or a count of images, so that nothing was changed: lynx,many')
    expect(failing('lynx,-1')).toMatch(/^Line 1 has no share/)
    expect(failing('lynx')).toMatch(/^Line 1 has no share/)
    expect(failing('lynx,0.1\nLynx,0.2')).toBe('Line 2 names the class of line 1 again, so that nothing was changed: Lynx,0.2')
    expect(failing('lynx,60 %\n"wildcat, European",60 %')).toBe('The shares come to 120 %, and 100 % is all there is, so that nothing was changed.')
  })
})
