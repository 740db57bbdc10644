/** What the experts made of images, summed over them. */
export interface ExpertSums {
  images: number
  /** The experts' answer together was right. */
  right: number
  /** Images with more than one answer. */
  apart: number
  /** Pairs of experts with different answers, over all images. */
  pairsApart: number
  /** Wrong together, though an expert was right. */
  anotherRight: number
  /** Wrong with one voice. */
  allWrong: number
  /** Images that each expert had right. */
  readonly expertRight: number[]
  /** Images for which each expert was the last one asked. */
  readonly lastAsked: number[]
}

export function emptySums(): ExpertSums {
  return { images: 0, right: 0, apart: 0, pairsApart: 0, anotherRight: 0, allWrong: 0, expertRight: [], lastAsked: [] }
}

const itself = (classId: number): number => classId

/** Class id and probability, as they are stored. */
type ExpertGuess = readonly [classId: number, probability: number]

export interface Agreement {
  /** Different answers; one where there is no expert to ask. */
  readonly answers: number
  readonly pairsApart: number
  readonly expertsRight: number
}

/** @param countsAs the class that an answer counts as: whether experts agree is told by what they answered */
export function agreementOf(experts: readonly ExpertGuess[], actual: number, countsAs = itself): Agreement {
  const answers = experts.map(([classId]) => classId)
  let pairsApart = 0
  for (const [n, one] of answers.entries()) for (let other = n + 1; other < answers.length; other++) if (answers[other] !== one) pairsApart += 1
  return { answers: new Set(answers).size || 1, pairsApart, expertsRight: answers.filter((classId) => countsAs(classId) === actual).length }
}

interface Answered {
  /** By all of them together. */
  readonly predicted: number
  readonly experts: readonly ExpertGuess[]
  readonly expertsAsked: number
}

/** @param by -1 takes the image out again */
export function addImage(sums: ExpertSums, { predicted, experts, expertsAsked }: Answered, actual: number, by: 1 | -1 = 1, countsAs = itself): void {
  const { answers, pairsApart, expertsRight } = agreementOf(experts, actual, countsAs)
  const isWrong = countsAs(predicted) !== actual
  sums.images += by
  if (!isWrong) sums.right += by
  if (answers > 1) sums.apart += by
  sums.pairsApart += by * pairsApart
  if (isWrong && expertsRight > 0) sums.anotherRight += by
  if (isWrong && answers === 1) sums.allWrong += by
  for (const [expert, [classId]] of experts.entries()) {
    sums.expertRight[expert] = (sums.expertRight[expert] ?? 0) + (countsAs(classId) === actual ? by : 0)
    sums.lastAsked[expert] = (sums.lastAsked[expert] ?? 0) + (expertsAsked === expert + 1 ? by : 0)
  }
}
