/** The program of a decoding thread. */
import { parentPort } from 'node:worker_threads'
import { serve } from '../../shared/rpc.ts'
import { threadWire } from '../wires.ts'
import { decoderContract } from './contract.ts'
import { inspect, picture, pixels } from './decode.ts'

if (!parentPort) throw new Error('The decoder runs as a worker thread.')
serve(decoderContract, threadWire(parentPort), { inspect, pixels, picture })
