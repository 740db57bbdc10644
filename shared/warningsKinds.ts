export interface Warning {
  /** Nothing can be trained while one of these stands. */
  readonly blocks: boolean
  readonly text: string
  /** Choices that would make it needless, or less pressing. */
  readonly remedy?: { readonly batchSize: number }
}

export const plain = (text: string): Warning => ({ blocks: false, text })
export const blocking = (text: string): Warning => ({ blocks: true, text })
