/** Words that only a shell knows; those that are programs as well (`echo`, `test`) are not among them. */
const builtins =
  /^(?:[.:]|alias|bg|break|case|cd|command|continue|do|done|elif|else|esac|eval|exit|export|fg|fi|for|function|getopts|if|jobs|local|read|readonly|return|select|set|shift|source|then|times?|trap|type|ulimit|umask|unalias|unset|until|wait|while)$/

const word = /^(?:"([^"$\\`!]*)"|'([^']*)'|([\w@%+=:,./-]+))(?=\s|$)/

/** The arguments of a command line that needs no shell: plain words and simple quotes. Undefined when it needs one. */
export function plainArguments(script: string): readonly string[] | undefined {
  const words: string[] = []
  for (let rest = script.trim(); rest !== ''; ) {
    const found = word.exec(rest)
    if (found === null) return undefined
    words.push(found[1] ?? found[2] ?? found[3] ?? '')
    rest = rest.slice(found[0].length).trimStart()
  }
  const direct = words[0] === 'exec' ? words.slice(1) : words
  const [program] = direct
  if (program === undefined || program === '' || program.startsWith('-')) return undefined
  return program.includes('=') || builtins.test(program) ? undefined : direct
}
