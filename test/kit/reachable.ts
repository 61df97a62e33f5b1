/** Why a test that needs this server has to be skipped; undefined when it answers. A certificate that Node distrusts is an answer. */
export async function unreachable(url: string): Promise<string | undefined> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(20_000) })
    return undefined
  } catch (error) {
    const { code = '', message = '' } = ((error as Error).cause ?? error) as { code?: string; message?: string }
    if (/CERT|SIGNATURE|ISSUER|SELF_SIGNED/i.test(code)) return undefined
    return `${url} cannot be reached from here: ${code || message}`
  }
}
