package main
import ("testing";"fmt";"ventanilla/router/classify";"ventanilla/router/classify/learn")
func blend(a,b *classify.Model, k float32)*classify.Model{
 m:=&classify.Model{Bias:a.Bias,Temperature:1,Weights:map[string][3]float32{}}
 for n,v:=range a.Weights{ m.Weights[n]=v }
 for n,v:=range b.Weights{ w:=m.Weights[n]; mean:=(v[0]+v[1]+v[2])/3; for i:=range w{w[i]+=k*(v[i]-mean)}; m.Weights[n]=w}
 return m
}
func TestTune(t *testing.T){
 data,err:=load("../data/*.tsv"); if err!=nil{t.Fatal(err)}
 held,_:=load("../testdata/examples.tsv")
 show:=func(name string, tr func(e []*learn.Example)*classify.Model){
  out:=learn.Validate(data,10,tr)
  print(name,learn.Sum(out)); print(" held",learn.Sum(learn.Test(tr(data),held)))
 }
 for _,o:=range []learn.Options{{L2:0.005},{L2:0.001},{L2:0.005,Iterations:120},{L2:0.02,Iterations:120}}{
  show(fmt.Sprintf("%v %v %v",o.L2,o.Iterations,o.Situations), func(e []*learn.Example)*classify.Model{return learn.Logistic(e,o)})
 }
 wb:=learn.Options{Keep:func(n string)bool{return n[0]=='w'||n[0]=='b'}}
 for _,k:=range []float32{0.3,0.7,1.2}{
  show(fmt.Sprintf("blend %v",k), func(e []*learn.Example)*classify.Model{return blend(learn.Logistic(e,learn.Options{}),learn.Bayes(e,wb),k)})
 }
}
