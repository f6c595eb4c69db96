import type { JobStream } from '@casare/shared';

/** Who follows which job; the first follower starts a watch and the last one ends it. */
export function createJobWatchers(link: { watch: (jobId: string) => void; unwatch: (jobId: string) => void }) {
  const followers = new Map<string, Set<(stream: JobStream) => void>>();
  return {
    follow: (jobId: string, onStream: (stream: JobStream) => void): (() => void) => {
      const known = followers.get(jobId);
      const set = known ?? new Set();
      const own = (stream: JobStream) => onStream(stream);
      set.add(own);
      if (!known) {
        followers.set(jobId, set);
        link.watch(jobId);
      }
      return () => {
        set.delete(own);
        if (set.size > 0 || followers.get(jobId) !== set) return;
        followers.delete(jobId);
        link.unwatch(jobId);
      };
    },
    deliver: (stream: JobStream) => {
      for (const onStream of [...(followers.get(stream.jobId) ?? [])]) onStream(stream);
    },
    /** After a new connection: what has to be watched again. */
    jobIds: () => [...followers.keys()],
  };
}
