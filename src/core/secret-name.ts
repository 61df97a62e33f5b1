/** Whether the value of a variable may be secret, going by its name. Rather too often: nothing is lost but a value in a text. */
export function mayHoldSecret(name: string): boolean {
  return /(^|_)(auth|api_?key|credentials?|key|pass(word|wd|phrase)?|pat|pwd|pword|secrets?|token)($|_)/i.test(name)
}
