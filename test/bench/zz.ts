import { createModerator } from "../../lambda/moderation/index.ts";
import { DISGUISES, combined, seeded, drawWords, SENTENCES, pick } from "../lambda/moderation/disguises.ts";
const r=seeded(Number(process.argv[2]??7));
const words=drawWords(r,1000);
const m=createModerator({words});
const N=2000;
for (const [name,d] of [...Object.entries(DISGUISES),["combined",combined] as const]) {
  let ok=0; const bad:string[]=[];
  for(let i=0;i<N;i++){ const w=pick(r,words); const s=pick(r,SENTENCES); const dis=d(w,r); const [a,b]=s.split("_") as [string,string]; const t=a+dis+b; const x=m.moderate(t);
   const good=x.matches.some(k=>k.start===a.length&&k.end===a.length+dis.length)&&x.matches.length===1; if(good) ok++; else if(bad.length<12) bad.push(JSON.stringify(t)+"<"+w+">→"+x.text.replaceAll("\n","⏎")); }
  console.log(name,(100*ok/N).toFixed(2)); if(process.argv[3]) for(const b of bad) console.log("    ",b);
}
