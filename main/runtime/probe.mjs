/**
 * Loads the addon of a clone and prints TensorFlow's version: probe.mjs ADDON. A process of its own, since a library
 * that does not fit this machine may end it.
 */
import { constants } from 'node:os'

const addon = process.argv[2]
if (addon === undefined) throw new Error('usage: probe.mjs ADDON')
/** @type {{ exports: { TF_Version?: string } }} */
const module = { exports: {} }
process.dlopen(module, addon, constants.dlopen?.RTLD_LAZY ?? 1)
process.stdout.write(`${module.exports.TF_Version}\n`)
