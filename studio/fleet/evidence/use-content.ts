import type { Artifact } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

/** A content never changes: once loaded it is kept as long as somebody shows it. */
export function useContent(artifact: Artifact) {
  const { api } = useFleetClient();
  return useQuery({
    queryKey: fleetKeys.content(artifact.id),
    queryFn: () => api.content(artifact),
    enabled: artifact.complete,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

/** An address for a picture, given back when it is shown no more. */
export function useAddress(blob: Blob | undefined): string | undefined {
  const address = useMemo(() => blob && URL.createObjectURL(blob), [blob]);
  useEffect(() => () => (address === undefined ? undefined : URL.revokeObjectURL(address)), [address]);
  return address;
}

export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
