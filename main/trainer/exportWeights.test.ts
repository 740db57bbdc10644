/** Weights exported under the authors' names, and read back. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { saveCheckpoint } from './checkpoint.ts'
import { exportRun } from './export.ts'
import { adjustment, classNames, folder, jobOf, quiet, tensorsOf } from './fixtures/exportedRuns.ts'
import { readWeightsFile } from './formats/weightsFile.ts'
import { describeWeights } from './importWeights.ts'
import { describedBy } from './metadata.ts'

describe('weights', () => {
  it('are what the authors’ load_state_dict takes, and say what they are of', async () => {
    const job = jobOf('weights', { experts: 3 }, { format: 'safetensors', file: path.join(folder, 'weights.safetensors') })
    saveCheckpoint(job.runFolder, { position: { epochsDone: 500, stepsDone: 0, lossSum: 0, seed: 0 }, tensors: tensorsOf(job.config).set('conv1.weight/momentum', { shape: [16, 3, 3, 3], values: new Float32Array(432) }) })
    const { tensors: count, verified } = await exportRun(job, quiet)
    const { tensors, metadata } = readWeightsFile(job.file)
    expect(verified).toBeNull()
    expect(count).toBe(tensors.size)
    expect(new Map([...tensors].sort())).toEqual(new Map([...tensorsOf(job.config)].sort()))
    expect(metadata).toMatchObject({ format: 'pt', backbone: 'resnet32', experts: '3', widths: 'reduced', head: 'cosine', scale: '30' })
    expect(describeWeights(job.file)).toMatchObject({ backbone: 'resnet32', experts: 3, classes: 4, classNames, imageSize: 32, fit: 'pad', threshold: null })
  })

  it('say what images were to them, and where the router asked on', async () => {
    const job = jobOf('sight', { imageSize: 64, fit: 'crop' }, { stage: 'router', routerTopLogits: 3, threshold: 0.275, format: 'safetensors', file: path.join(folder, 'sight.safetensors') })
    await exportRun(job, quiet)
    expect(describeWeights(job.file)).toMatchObject({ router: true, imageSize: 64, fit: 'crop', threshold: 0.275 })
  })

  it('keep what the answers were adjusted with, which is read back whole or not at all', async () => {
    const job = jobOf('dial', {}, { adjustment, format: 'safetensors', file: path.join(folder, 'dial.safetensors') })
    await exportRun(job, quiet)
    expect(describeWeights(job.file)).toMatchObject({ adjustment })
    const { metadata } = readWeightsFile(job.file)
    expect(metadata).toMatchObject({ logit_adjustment: '{"tau":0.5,"mix":-0.25,"shares":[{"className":"saola","share":0.625}]}', logit_offsets: '[-3,0.5,0.25,8]' })
    for (const altered of [{ logit_offsets: '[-3,0.5]' }, { logit_offsets: '[-3,0.5,0.25,null]' }, { logit_adjustment: '{"tau":99,"mix":0,"shares":[]}' }, { logit_adjustment: 'null' }, { logit_adjustment: '{' }]) {
      expect(describedBy({ ...metadata, ...altered }, classNames.length).adjustment, JSON.stringify(altered)).toBeNull()
    }
  })

  it('have learnt scales worked into a linear classifier', async () => {
    const job = jobOf('scaled', { head: 'linear', experts: 1 }, { format: 'safetensors', file: path.join(folder, 'scaled.safetensors') })
    const tensors = tensorsOf(job.config)
    saveCheckpoint(job.runFolder, { position: { epochsDone: 500, stepsDone: 0, lossSum: 0, seed: 0 }, tensors: new Map(tensors).set('linears.0.scales', { shape: [4], values: Float32Array.of(1, 2, 3, 4) }) })
    await exportRun(job, quiet)
    const exported = readWeightsFile(job.file).tensors
    expect([...exported.keys()].sort()).toEqual([...tensors.keys()].sort())
    const bias = tensors.get('linears.0.bias')!.values as Float32Array
    expect(exported.get('linears.0.bias')!.values).toEqual(bias.map((value, c) => value * (c + 1)))
  })

  it('with learnt scales beside a cosine classifier, which no other code has a place for, are not written', async () => {
    const job = jobOf('cosine-scaled', { experts: 1 }, { format: 'safetensors', file: path.join(folder, 'cosine-scaled.safetensors') })
    const tensors = tensorsOf(job.config).set('linears.0.scales', { shape: [4], values: Float32Array.of(1, 2, 3, 4) })
    saveCheckpoint(job.runFolder, { position: { epochsDone: 500, stepsDone: 0, lossSum: 0, seed: 0 }, tensors })
    await expect(exportRun(job, quiet)).rejects.toThrow('Export a SavedModel or ONNX, which hold them, instead.')
    expect(existsSync(job.file)).toBe(false)
    await expect(exportRun({ ...job, format: 'onnx' }, quiet)).resolves.toMatchObject({ verified: { flips: 0 } })
  })

  it('that cannot be written say why', async () => {
    const job = jobOf('nowhere', {}, { format: 'safetensors', file: path.join(folder, 'gone', 'weights.safetensors') })
    await expect(exportRun(job, quiet)).rejects.toThrow(`The weights could not be written to ${job.file}: its folder is not there any more.`)
    await expect(exportRun({ ...job, format: 'onnx' }, quiet)).rejects.toThrow(`The model could not be written to ${job.file}: its folder is not there any more.`)
  })
})
