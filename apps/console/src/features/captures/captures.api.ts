import { useQuery } from '@tanstack/react-query'
import { type List, refresh, useList } from '../../api/query.ts'
import { ApiError, CSRF_HEADER, get, remove, url } from '../../api/request.ts'
import type { Capture } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'
import { isRunning } from './captures.view.ts'

/** The live line tells of progress; this is how often to look should the line be down. */
const LOOK_MS = 3_000

export function useCaptures({ site }: Scope): List<Capture> {
  return useList<Capture>('/captures', { site }, 100)
}

export function useCapture(id: string) {
  return useQuery({
    queryKey: ['captures', `/captures/${id}`, {}],
    queryFn: ({ signal }) => get<Capture>(`/captures/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data !== undefined && isRunning(state.data) ? LOOK_MS : false),
  })
}

/** Takes the file away. What was learnt from it stays, but no longer leads back to packets. */
export async function removeCapture(id: string): Promise<void> {
  await remove(`/captures/${encodeURIComponent(id)}`)
  refresh('captures')
}

/** Sends a file as it is. XMLHttpRequest, because fetch does not tell how much has left. */
export function upload(site: string, file: File, progress: (share: number) => void, signal: AbortSignal): Promise<Capture> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    request.open('POST', url('/captures', { site, name: file.name }))
    request.setRequestHeader(CSRF_HEADER, '1')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total)
    }
    request.onload = () => {
      const reply = parse(request.responseText)
      if (request.status >= 200 && request.status < 300) {
        refresh('captures')
        done(reply as Capture)
      } else
        failed(new ApiError(request.status, reply.code ?? 'upload', reply.message ?? `The server answered ${request.status}.`, undefined))
    }
    request.onerror = () => failed(new ApiError(0, 'unreachable', 'The upload broke off: the server does not answer.', undefined))
    request.onabort = () => failed(new ApiError(0, 'stopped', 'The upload was stopped.', undefined))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

function parse(text: string): { readonly code?: string; readonly message?: string } {
  try {
    return JSON.parse(text) as { code?: string; message?: string }
  } catch {
    return {}
  }
}
