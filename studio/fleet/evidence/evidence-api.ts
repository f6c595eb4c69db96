import type { Artifact } from '@casare/shared';
import type { Senders } from '../fleet-requests.ts';

export function evidenceApi({ send }: Senders) {
  const at = (id: string) => `/artifacts/${encodeURIComponent(id)}`;
  return {
    artifacts: (jobId: string) =>
      send<{ artifacts: Artifact[] }>('GET', `/jobs/${encodeURIComponent(jobId)}/artifacts`),
    artifact: (id: string) => send<Artifact>('GET', at(id)),
    /** In pieces, because the host passes on JSON alone. */
    async content(artifact: Pick<Artifact, 'id' | 'contentType'>): Promise<Blob> {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for (let index = 0, pieces = 1; index < pieces; index++) {
        const piece = await send<{ data: string; pieces: number }>('GET', `${at(artifact.id)}/piece?index=${index}`);
        pieces = piece.pieces;
        parts.push(Uint8Array.from(atob(piece.data), (letter) => letter.charCodeAt(0)));
      }
      // A page from somewhere is never shown as a page of ours.
      const type = artifact.contentType === 'text/html' ? 'text/plain' : artifact.contentType;
      return new Blob(parts, { type });
    },
  };
}
