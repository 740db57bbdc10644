/**
 * Something that set-up cannot do on this machine. The message is one sentence for the person at the terminal: what
 * is missing and the remedy.
 */
export class SetupProblem extends Error {
  /**
   * @param {string} message
   * @param {{ final?: boolean, lacksRoom?: boolean }} [options] `final`: no other route can help (a full disk, say);
   * `lacksRoom`: a smaller one may.
   */
  constructor(message, { final = false, lacksRoom = false } = {}) {
    super(message)
    this.name = 'SetupProblem'
    this.final = final
    this.lacksRoom = lacksRoom
  }
}
