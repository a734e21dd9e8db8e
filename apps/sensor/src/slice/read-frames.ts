/** Chosen packets of a capture, copied out of it. */
import { CaptureReader } from '@isthmus/wire'
import { openCapture } from '../open-capture.ts'
import type { SliceFrame } from './slice-file.ts'

/** @param numbers ascending; the frames come in the same order */
export async function readFrames(path: string, capture: number, numbers: readonly number[], maxUnpacked?: number): Promise<SliceFrame[]> {
  const frames: SliceFrame[] = []
  let packet = 0
  const reader = new CaptureReader({
    frame(bytes, at, end, wireLength, atUs, linkType) {
      packet++
      if (numbers[frames.length] !== packet) return
      frames.push({ capture, bytes: bytes.slice(at, end), at: atUs, wireLength, linkType })
    },
  })
  const { chunks } = await openCapture(path, maxUnpacked)
  for await (const chunk of chunks) if (!reader.push(chunk) || frames.length === numbers.length) break
  return frames
}
