// Run by the image's HEALTHCHECK: the runtime image has no shell and no curl.
const port = Number(process.env.PORT ?? 3000)
try {
  const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2000) })
  process.exitCode = response.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
