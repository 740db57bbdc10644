export interface Warning {
  /** Nothing can be trained while one of these stands. */
  readonly blocks: boolean
  readonly text: string
}

export const plain = (text: string): Warning => ({ blocks: false, text })
export const blocking = (text: string): Warning => ({ blocks: true, text })
