// Runs a command in our place: same terminal, same signals, same end. Read by old Nodes too: nothing newer than Node 12's last.
import { spawn } from "node:child_process";

// Ctrl-C reaches the whole terminal group, so the child may get it twice: it must take two within half a second for one.
// On Windows the console alone delivers it; `kill` there would end the child without a word.
export function runChild(command, args, options) {
  const child = spawn(command, args, Object.assign({ stdio: "inherit" }, options));
  const forward = (signal) => {
    if (process.platform !== "win32") child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error) => {
    process.stderr.write(`${command} cannot be started: ${error.message}\n`);
    process.exit(127);
  });
  child.on("exit", (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code);
  });
}
