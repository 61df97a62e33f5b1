import { describe, expect, it } from 'vitest'
import { assembleFilter, type BpfInstruction, seccompProgram } from './seccomp-bpf.ts'
import { syscallRule } from './seccomp-profile.ts'
import { type SyscallAbi, syscallAbis, syscallNumbers } from './syscall-table.ts'

const allowed = 0x7fff0000
const denied = (errno: number): number => 0x00050000 | errno
const arch = { x86_64: 0xc000003e, i386: 0x40000003, aarch64: 0xc00000b7, arm: 0x40000028 }

/** What the program says to a call, by a plain interpreter of the instructions that it uses. */
function evaluate(program: readonly BpfInstruction[], call: { arch: number; number: number; first?: number }): number {
  let accumulator = 0
  for (let at = 0; ; at += 1) {
    const [code, jt, jf, k] = program[at] as BpfInstruction
    if (code === 0x20)
      accumulator = k === 0 ? call.number : k === 4 ? call.arch : k === 16 ? (call.first ?? 0) : Number.NaN
    else if (code === 0x05) at += k
    else if (code === 0x15) at += accumulator === k >>> 0 ? jt : jf
    else if (code === 0x35) at += accumulator >= k >>> 0 ? jt : jf
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0
    else if (code === 0x06) return k
    else throw new Error(`unknown instruction ${code}`)
  }
}

const program = assembleFilter(syscallAbis)
const verdict = (abi: SyscallAbi, name: string, first?: number): number =>
  evaluate(program, {
    arch: arch[abi],
    number: syscallNumbers.get(name)?.[abi] ?? -1,
    ...(first === undefined ? {} : { first }),
  })

describe('the filter program', () => {
  it('agrees with the profile for every call of every interface', () => {
    for (const [name, numbers] of syscallNumbers) {
      for (const abi of syscallAbis) {
        if (numbers[abi] === undefined) continue
        const rule = syscallRule(name)
        if (rule.kind === 'allow') expect(`${abi} ${name} ${verdict(abi, name)}`).toBe(`${abi} ${name} ${allowed}`)
        if (rule.kind === 'fail')
          expect(`${abi} ${name} ${verdict(abi, name)}`).toBe(`${abi} ${name} ${denied(rule.errno)}`)
      }
    }
  })

  it('lets processes be made, but no namespaces', () => {
    expect(verdict('x86_64', 'clone', 0x00000011)).toBe(allowed)
    expect(verdict('x86_64', 'clone', 0x10000011)).toBe(denied(1))
    expect(verdict('aarch64', 'clone', 0x00020000)).toBe(denied(1))
    expect(verdict('x86_64', 'clone3')).toBe(denied(38))
  })

  it('allows the usual personalities and all sockets but vsock', () => {
    expect([0, 8, 0x20000, 0x20008, 0xffffffff].map((value) => verdict('x86_64', 'personality', value))).toEqual(
      Array(5).fill(allowed),
    )
    expect(verdict('x86_64', 'personality', 0x40000)).toBe(denied(1))
    expect(verdict('x86_64', 'socket', 2)).toBe(allowed)
    expect(verdict('x86_64', 'socket', 40)).toBe(denied(1))
  })

  it('answers ENOSYS to newer calls, x32 and unknown machines, so that programs fall back', () => {
    expect(evaluate(program, { arch: arch.x86_64, number: 100_000 })).toBe(denied(38))
    expect(evaluate(program, { arch: arch.x86_64, number: 0x40000001 })).toBe(denied(38))
    expect(evaluate(program, { arch: 0x12345678, number: 0 })).toBe(denied(38))
  })

  it('encodes eight bytes per instruction where there is a table, and nothing elsewhere', () => {
    expect(seccompProgram('x64')?.length).toBe(assembleFilter(['x86_64', 'i386']).length * 8)
    expect(seccompProgram('arm64')?.length).toBeLessThan(4096 * 8)
    expect(seccompProgram('s390x')).toBeUndefined()
  })
})
