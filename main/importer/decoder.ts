/** The program of a decoding thread or process. */
import { parentPort } from 'node:worker_threads'
import { serve } from '../../shared/rpc.ts'
import { parentWire, threadWire } from '../wires.ts'
import { decoderContract } from './contract.ts'
import { cameraNotes, inspect, picture, pixels } from './decode.ts'

serve(decoderContract, parentPort ? threadWire(parentPort) : parentWire(), { inspect, exif: cameraNotes, pixels, picture })
