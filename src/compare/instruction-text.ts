/**
 * An instruction as it stands in the Dockerfile, from what the history of an image has: BuildKit adds the shell and a mark,
 * classic docker writes `/bin/sh -c #(nop)` before all that is no command.
 */
export function instructionText(created: string): string {
  const text = created
    .replace(/ # buildkit$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const [, plain] = /^\/bin\/sh -c #\(nop\) (.*)$/.exec(text) ?? []
  if (plain !== undefined) return plain.trim()
  // Build arguments stand before the command: `|1 A=b /bin/sh -c make`.
  const [, command] = /^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c (.*)$/.exec(text) ?? []
  return command === undefined ? text : `RUN ${command}`
}
