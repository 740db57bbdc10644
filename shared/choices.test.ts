import { expect, it } from 'vitest'
import { backbones, losses, moments, presets } from './recipe.ts'
import { backboneChoices, lossChoices, presetChoices, resampleChoices, reweightChoices } from './choices.ts'

it('offers everything that there is, once', () => {
  const all = [
    [presetChoices, presets],
    [backboneChoices, backbones],
    [lossChoices, losses],
    [reweightChoices, moments],
    [resampleChoices, moments],
  ] as const
  for (const [choices, values] of all) {
    expect(choices.map((choice) => choice.value).sort()).toEqual([...values].sort())
    expect(new Set(choices.map((choice) => choice.label)).size).toBe(values.length)
  }
})
