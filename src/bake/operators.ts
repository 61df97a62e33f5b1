import { equalValues, finite, refuse, toBool, toNumber, type Value } from './value.ts'

/** `-` and `!`. */
export function unary(operator: string, value: Value): Value {
  return operator === '!' ? !toBool(value) : -toNumber(value)
}

/** All operators between two values. */
export function binary(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return equalValues(left, right)
    case '!=':
      return !equalValues(left, right)
    case '&&':
      return toBool(left) && toBool(right)
    case '||':
      return toBool(left) || toBool(right)
    default:
      return ofNumbers(operator, toNumber(left), toNumber(right))
  }
}

function ofNumbers(operator: string, left: number, right: number): Value {
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '+':
      return finite(left + right)
    case '-':
      return finite(left - right)
    case '*':
      return finite(left * right)
    default:
      if (right === 0) throw refuse('division by zero')
      return finite(operator === '/' ? left / right : left % right)
  }
}
