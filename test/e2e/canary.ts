/** A server and a UDP port of this machine that hear whoever reaches them; know no probe and no page. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Canary {
  /** Ends in '/'. */
  address: string;
  /** Of the UDP socket. */
  port: number;
  /** Paths with `hit-` that were asked for, and every upgrade. */
  heard: string[];
  packets(): number;
  forget(): void;
  close(): void;
}

/** `serve` answers a path with its type and body, and rejects for what there is not. */
export async function openCanary(serve: (url: string) => Promise<[type: string, body: string | Buffer]>): Promise<Canary> {
  const heard: string[] = [];
  let packets = 0;
  const server = createServer((request, response) => {
    const url = request.url!;
    if (url.includes('hit-')) heard.push(url);
    serve(url).then(([type, body]) => { response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': type }).end(body); }, () => { response.writeHead(404).end(); });
  }).on('upgrade', (request, socket) => {
    heard.push(request.url!);
    socket.destroy();
  });
  const udp = createSocket('udp4', () => { packets++; });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  await new Promise<void>(resolve => { udp.bind(0, '127.0.0.1', resolve); });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, port: udp.address().port, heard,
    packets: () => packets,
    forget: () => { heard.length = 0; packets = 0; },
    close: () => {
      server.closeAllConnections();
      server.close();
      udp.close();
    },
  };
}

/** An empty page at '/', for a control to run in; no script anywhere else. */
export const emptyPage = (url: string): Promise<[type: string, body: string]> => Promise.resolve(url === '/' ? ['text/html', '<!doctype html><title>control</title><body>'] : ['text/javascript', '']);
