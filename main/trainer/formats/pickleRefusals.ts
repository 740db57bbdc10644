/** What a pickle is refused for though it may be whole, and how to get round it. */
import { Failure } from '../../../shared/failure.ts'

/** Operations that protocols 3 to 5 write where protocol 2, which `torch.save` uses by itself, has others. */
const newer: ReadonlySet<string> = new Set(['BINBYTES', 'SHORT_BINBYTES', 'LONG4', 'SHORT_BINUNICODE', 'BINUNICODE8', 'BINBYTES8', 'STACK_GLOBAL', 'MEMOIZE', 'FRAME', 'BYTEARRAY8', 'NEXT_BUFFER', 'READONLY_BUFFER'])

const otherStorage = /^torch\.\w+Storage$/
const otherTensor = /^torch\._(?:utils|tensor)\._rebuild\w+$/

export function refusedOperation(name: string): Failure {
  return newer.has(name)
    ? refused(`The weights file was pickled with a protocol after 2: the operation ${name} was refused. Save it again as torch.save does by itself, in Python where the file is trusted: torch.save(torch.load(FILE, weights_only=False), "weights.pth").`)
    : refusedContent(`the operation ${name}`)
}

export function refusedGlobal(name: string): Failure {
  if (!otherStorage.test(name) && !otherTensor.test(name)) return refusedContent(name)
  return refused(
    `The weights file holds a type or kind of tensor that is not read here: ${name} was refused; dense tensors of float32, float16, bfloat16, float64 or int64 were expected. Convert it, in Python: s = torch.load(FILE, weights_only=True); torch.save({k: t.to_dense().float() if t.is_floating_point() else t.to_dense().long() for k, t in s.get("state_dict", s).items()}, "weights.pth").`,
  )
}

/** @param what half a sentence: more of what than is read */
export function tooLarge(what: string): Failure {
  return refused(`The weights file's description of its tensors was refused: it has ${what}. Save the weights alone, in Python: s = torch.load(FILE, weights_only=True); torch.save(s.get("state_dict", s), "weights.pth").`)
}

/** PyTorch's own guard comes first; without it, loading runs whatever the file says. */
function refusedContent(what: string): Failure {
  return refused(
    `The weights file holds more than tensors: ${what} was refused, and nothing of it was run. Save the weights alone, in Python: torch.save(torch.load(FILE, weights_only=True)["state_dict"], "weights.pth"). Where PyTorch refuses it too, weights_only=False loads it, and runs what it holds: only for a file that you trust.`,
  )
}

const refused = (sentence: string): Failure => new Failure('unsupported', sentence)
