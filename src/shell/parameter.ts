/** Values that operations on variables give: `${X:-y}`, `${X%.tar.gz}`, `${X/a/b}`. Undefined: nobody can tell. */
export function applyOperation(
  value: string | undefined,
  operation: {
    readonly operator: string
    readonly operand: string | undefined
    readonly replacement: string | undefined
  },
): string | undefined {
  const { operator, operand } = operation
  if (value === undefined || value.length > longest) return undefined
  if (/^:?[-=]$/.test(operator)) return value === '' && operator.startsWith(':') ? operand : value
  if (/^:?\+$/.test(operator)) return value === '' && operator.startsWith(':') ? '' : operand
  if (/^:?\?$/.test(operator)) return value
  if (operand === undefined) return undefined
  if (/^[#%]/.test(operator)) return removed(value, operator, operand)
  if (operator.startsWith('/')) return replaced(value, operator, operand, operation.replacement)
  return undefined
}

const longest = 4096

function removed(value: string, operator: string, pattern: string): string | undefined {
  const expression = fromPattern(pattern)
  if (expression === undefined) return undefined
  const whole = new RegExp(`^(?:${expression})$`, 's')
  const greedy = operator.length === 2
  const front = operator.startsWith('#')
  for (let step = 0; step <= value.length; step += 1) {
    const length = greedy ? value.length - step : step
    const cut = front ? value.slice(0, length) : value.slice(value.length - length)
    if (whole.test(cut)) return front ? value.slice(length) : value.slice(0, value.length - length)
  }
  return value
}

function replaced(
  value: string,
  operator: string,
  pattern: string,
  replacement: string | undefined,
): string | undefined {
  const expression = fromPattern(pattern)
  if (expression === undefined || replacement === undefined) return undefined
  const anchored = operator === '/#' ? `^(?:${expression})` : operator === '/%' ? `(?:${expression})$` : expression
  return value.replace(new RegExp(anchored, operator === '//' ? 'gs' : 's'), () => replacement)
}

/** A wildcard pattern as a regular expression. Patterns of many stars would take long to try: nobody writes them. */
function fromPattern(pattern: string): string | undefined {
  if (pattern === '' || (pattern.match(/\*/g)?.length ?? 0) > 2 || /[[\]\\]/.test(pattern)) return undefined
  return pattern
    .replace(/[.+^${}()|]/g, '\\$&')
    .replaceAll('?', '.')
    .replaceAll('*', '.*')
}
