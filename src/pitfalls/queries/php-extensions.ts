import type { ShellCommand } from '../../shell/index.ts'

/** The extensions of PHP that a command compiles: `docker-php-ext-install gd zip`, `pecl install redis-6.1.0`. */
export function phpExtensions({ program, args }: ShellCommand): readonly string[] {
  const words = args.filter((arg) => !arg.startsWith('-') && !/^\$|^\d+$/.test(arg))
  if (program === 'docker-php-ext-install') return words
  if (program !== 'pecl' || words[0] !== 'install') return []
  return words.slice(1).map((word) => word.replace(/-[\d.]+$/, ''))
}
