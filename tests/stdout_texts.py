"""A few lines as each family of trainers prints them."""

from __future__ import annotations

TRANSFORMERS = """\
{'loss': 1.52, 'grad_norm': 82.9, 'learning_rate': 1.4e-06, 'epoch': 0.01}
{'loss': '1.421', 'grad_norm': 'nan', 'learning_rate': '1.5e-06', 'epoch': '0.02'}
{'eval_loss': 1.31, 'eval_runtime': 12.1, 'epoch': 0.02}
{'train_runtime': 10.0, 'train_loss': 1.47, 'epoch': 0.02}
"""
FAIRSEQ_JSON = """\
2020-10-01 10:00:00 | INFO | train_inner | {"epoch": 1, "loss": "8.206", "num_updates": "100", "lr": \
"1e-05"}
2020-10-01 10:00:10 | INFO | valid | {"epoch": 1, "valid_loss": "8.1", "valid_num_updates": "200"}
"""
MEGATRON = """\
 iteration      100/  2500 | consumed samples:   12800 | learning rate: 1.000E-04 | lm loss: \
2.504220E+00 | grad norm: 0.231 |
 [2024-05-01 12:00:00] iteration      200/  2500 | consumed samples:   25600 | learning rate: 1.000E-04 \
| lm loss: NAN | loss scale: 1.0 |
 validation loss at iteration 200 | lm loss value: 2.4E+00 | lm loss PPL: 1.1E+01 |
"""
VERL = """\
(TaskRunner pid=222) step:0 - val-core/gsm8k/acc/mean@1:0.508
(TaskRunner pid=222) step:1 - actor/pg_loss:-8.1e-06 - training/global_step:1 - training/epoch:0 - \
critic/rewards/mean:0.5
"""
SPEED_RUN = """\
        print(f"step:{step}/{args.num_iterations} val_loss:{val_loss:.4f}")
step:0/5100 val_loss:10.8 train_time:0.2s step_avg:nanms
step:1/5100 train_loss:10.5 train_time:1.0s step_avg:95.1ms
step:125/5100 val_loss:5.5 train_time:12s step_avg:95.1ms
"""
LLM_C = "s:0 tel:11.0\ns:0 trl:11.1 lr:0.000001 norm:15.37\ns:1 trl:10.9 lr:0.000002 norm:15\ns:2 eval:0.25\n"
MARIAN = """\
[2019-03-25 14:20:26] [config] cost-type: ce-mean-words
[2019-03-25 15:20:26] Ep. 1 : Up. 500 : Sen. 31,411 : Cost 2.05 : Time 882.75s : 15777.39 words/s : \
gNorm 0.5 : L.r. 3.6e-05
[2019-03-25 15:29:26] Ep. 1 : Up. 600 : Sen. 41,411 : Cost 2.04 : Time 882.75s : 15777.5 words/s : L.r. \
3.6e-05
[2019-03-25 15:30:26] [valid] Ep. 1 : Up. 600 : perplexity : 4.72182 : new best
[2019-03-25 15:30:27] [valid] Ep. 1 : Up. 600 : translation : 25.3 : stalled 2 times (last best: 25.5439)
"""
TORCHTITAN = """\
[rank0]:2025-01-02 03:04:05,678 - root - INFO - \x1b[31mstep:  1  \x1b[32mloss: 12.2  \
\x1b[33mgrad_norm:  1.5  \x1b[34mmemory: 40.1GiB(42.2%)  tps: 7,282  mfu: 0.17%\x1b[39m
[rank0]:2025-01-02 03:04:15,678 - root - INFO - [31mstep: 10  [32mloss: 11.2  [33mgrad_norm:  1.5  \
[34mmfu: N/A[39m
[rank0]:2025-01-02 03:04:16,678 - root - INFO - \x1b[31mvalidate step: 10  \x1b[32mloss: 12.1  memory: \
3.0GiB(4%)\x1b[39m
"""
DETECTRON2 = """\
[01/23 18:00:00 d2.utils.events]:  eta: 1:23:45  iter: 19  total_loss: 2.1  loss_cls: 1.2    time: 0.3  \
lr: 0.0002  max_mem: 1234M
[01/23 18:00:20 d2.utils.events]:  eta: 1:23:45  iter: 39  total_loss: inf  loss_cls: 1.1    time: 0.3  \
lr: 0.0002  max_mem: 1234M
"""
NANO_GPT = """\
step 0: train loss 4.2, val loss 4.3
iter 0: loss 4.25, time 1099.1ms, mfu -100.00%
iter 10: loss 3.98, time 99.1ms, mfu 15.1%
iter 20: loss nan, time 99.1ms, mfu 15.1%
"""
BUILD_NANO_GPT = "0 val 10.95\n0 hella 0.24\n0 train 10.95\n1 train 10.5\n2 train 10.1\n"
TORCHTUNE_BAR = "".join(
    f"\r1|{step}|Loss: {3 - step / 8}: {step}%|#| {step}/99 [00:10<01:00]" * 2 for step in (1, 2, 3)
)
DEEPSPEED = """\
[2021-05-25 05:29:14,954] [INFO] [stage3.py:2708:_overflow_clean_up] [deepscale] OVERFLOW! Rank 0 \
Skipping step. Attempted loss scale: 256, reducing to 128.0
[2021-05-25 05:29:15,954] [INFO] [logging.py:60:log_dist] [Rank 0] step=10, skipped=2, lr=[0.0001], \
mom=[(0.9, 0.99)]
steps: 20 loss: 3.2 iter time (s): 0.5 samples/sec: 30.1
"""
ALLENNLP = "".join(
    f"allennlp.training.trainer - Epoch {epoch}/2\n"
    "accuracy: 0.1, loss: 9.0 ||: 100%|######| 150/150 [00:05<00:00,  9.50it/s]\n"
    "allennlp.training.console_logger -                 Training |  Validation\n"
    f"allennlp.training.console_logger - loss        |     {loss}  |     {loss + 0.25}\n"
    for epoch, loss in enumerate([2.0, 1.5, 1.25])
)

DEEPXDE = """\
Step      Train loss              Test loss               Test metric
0         [1.50e+00, 2.50e-01]    [1.25e+00, 0.00e+00]    [5.00e-01]
1000      [5.00e-01, 1.25e-01]    [7.50e-01, 0.00e+00]    [2.50e-01]
2000      [2.50e-01, 0.00e+00]    [5.00e-01, 0.00e+00]    [1.25e-01]

Best model at step 2000:
  train loss: 2.50e-01
"""
SLOW_FAST = "".join(
    "[11/08 09:34:30][INFO] logging.py:   98: json_stats: {" + row + "}\n"
    for epoch in (1, 2)
    for row in (
        *(
            f'"_type": "train_iter_ssv2", "dt": 0.5, "epoch": "{epoch}/9", "eta": "1:00:00", '
            f'"iter": "{batch}/20", "loss": {3 - epoch / 8}, "lr": 0.125'
            for batch in (10, 20)
        ),
        f'"RAM": "17.39/472.19G", "_type": "train_epoch", "epoch": "{epoch}/9", "loss": {4 - epoch / 8}',
        f'"_type": "val_iter", "epoch": "{epoch}/9", "iter": "10/20", "top1_err": 99.5',
        f'"_type": "val_epoch", "epoch": "{epoch}/9", "min_top1_err": 9.5, "top1_err": {50.5 - epoch}',
    )
)
MACE = (
    "INFO: Initial: head: Default, loss=9.5, RMSE_E_per_atom=  500.50 meV, RMSE_F=  900.50 meV / A\n"
    + "".join(
        f"2024-05-01 10:0{epoch}:10.456 INFO: Epoch {epoch}: head: {head}, loss={start - epoch / 8:.8f}, "
        f"RMSE_E_per_atom=  {200.5 - epoch} meV, RMSE_F=   {400.5 - epoch} meV / A\n"
        for epoch in range(3)
        for head, start in (("Default", 2.0), ("pt_head", 3.0))
    )
)
NEQUIP_NAMES = "#    Epoch      wal       LR       loss_f         loss        f_mae"
NEQUIP = (
    "! Starting training ...\n\nvalidation\n# Epoch batch       loss_f         loss        f_mae\n"
    "      0     5        9.002         9.75         15.2\n\n\n"
    f"  Initialization     {NEQUIP_NAMES}\n"
    "! Initial Validation          0    1.117    0.005         3.02         4.25         15.1\n"
    + "".join(
        f"\ntraining\n# Epoch batch       loss_f         loss        f_mae\n"
        f"      {epoch}    10        9.002         9.75         15.2\n\n\n"
        f"  Train      {NEQUIP_NAMES}\n"
        f"! Train               {epoch}    9.117    0.005            1    {4 - epoch / 8}         15.1\n"
        f"! Validation          {epoch}    9.117    0.005     1.25e-01    {5 - epoch / 8}         16.5\n"
        f"Wall time: 9.117\n! Best model        {epoch}    9.250\n"
        for epoch in (1, 2)
    )
)
OLD_MACE = "".join(
    f"2023-05-01 10:0{epoch}:10.456 INFO: Epoch {epoch}: loss={2.0 - epoch / 8:.4f}, "
    f"MAE_E_per_atom={200.5 - epoch} meV, MAE_F={400.5 - epoch} meV / A\n"
    for epoch in range(3)
)
SAMPLE_FACTORY = "".join(
    f"""\
[2022-11-30 19:48:2{n},166][07494] Fps is (10 sec: {512.5 + n}, 60 sec: 999.5, 300 sec: 999.5). Total num \
frames: {n * 4096}. Throughput: 0: 50.5. Samples: {n * 1024}. Policy #0 lag: (min: 0.0, avg: 1.9, max: 5.0)
[2022-11-30 19:48:2{n},167][07494] Avg episode reward: [(0, '{n / 8}'), (1, 'nan')]
"""
    for n in (1, 2, 3)
)
LEVANTER = "".join(
    f"2026-03-09 02:46:3{n % 10} Progress on:train {told} rate:34.5s/it remaining:04:01 elapsed:17:46 "
    f"postfix:loss={3 - n / 8}\n"
    for n, told in (
        (1, "11.0it/1.50kit"),
        (1, "11.0it/1.50kit"),
        (2, "980it/1.50kit"),
        (3, "1.25kit/1.50kit"),
    )
)
FLOWER = """\
INFO :      Initial global evaluation results: {'accuracy': 0.125, 'loss': 2.25}
INFO :      [ROUND 1/2]
INFO :      configure_train: Sampled 2 nodes (out of 4)
INFO :      aggregate_train: Received 2 results and 0 failures
INFO :          └──> Aggregated MetricRecord: {'train_loss': 2.0, 'f1': 0.5}
INFO :      aggregate_evaluate: Received 2 results and 0 failures
INFO :          └──> Aggregated MetricRecord: {'loss': 1.75}
INFO :      Global evaluation
INFO :          └──> MetricRecord: {'accuracy': 0.25, 'loss': 1.875}
INFO :      [ROUND 2/2]
INFO :      aggregate_train: Received 2 results and 0 failures
INFO :          └──> Aggregated MetricRecord: {'train_loss': 1.5, 'f1': 0.75}
INFO :      aggregate_evaluate: Received 2 results and 0 failures
INFO :          └──> Aggregated MetricRecord: {'loss': 1.25}
INFO :      Global evaluation
INFO :          └──> MetricRecord: {'accuracy': 0.5, 'loss': 1.375}
"""
FLOWER_HISTORY = """\
INFO :      fit progress: (1, 2.5, {'accuracy': 0.25}, 3.2)
INFO :      fit progress: (2, 1.5, {'accuracy': 0.5}, 6.4)
INFO :      [SUMMARY]
INFO :      History (loss, distributed):
INFO :              round 1: 2.25
INFO :              round 2: 1.25
INFO :      History (loss, centralized):
INFO :              round 1: 2.5
INFO :              round 2: 1.5
INFO :      History (metrics, distributed, evaluate):
INFO :      {'accuracy': [(1, 0.25),
"""
FAIRSEQ = """\
| epoch 001:    450 / 1891 loss=11.5, ppl=1886.05, wps=52922, num_updates=445, lr=8.9e-05, gnorm=1.5, \
wall=882
| epoch 001 | loss 8.2 | ppl 136 | num_updates 1891 | lr 0.0002 | clip 0% | wall 4634
| epoch 001 | valid on 'valid' subset | loss 8.1 | ppl 118.5 | num_updates 1891
| epoch 002 | loss 7.2 | num_updates 3782
"""
LLM_C_TERMINAL = """\
step    1/19560 | loss 11.0 (+nanz)| norm 15.37 (+nanz)| lr 0.00e+00 | 2915.2 ms | 52.1% bf16 MFU | \
179846 tok/s
step    2/19560 | loss 10.9 (+nanz)| norm 15.1 (+nanz)| lr 8.6e-07 | 2900.5 ms | 52.3% bf16 MFU | \
180000 tok/s
val loss 10.5
step    3/19560 | loss 10.8 (+0.1z)| norm 15.0 (+nanz)| lr 1.7e-06 | 2900.5 ms | 52.3% bf16 MFU | \
180000 tok/s
"""
TORCHTUNE = "".join(
    f"Step {step} | loss:{3 - step / 8} lr:2e-05 tokens_per_second_per_gpu:57.5\n" for step in (1, 2, 3)
)
LITGPT = """\
Epoch 1 | iter 1 step 0 | loss train: 10.9, val: n/a | iter time: 391.5 ms remaining time: 0:01:00
Epoch 1 | iter 2 step 1 | loss train: 10.8, val: n/a | iter time: 391.5 ms (step) remaining time: 0:01:00
Epoch 1 | iter 4 step 2 | loss train: 10.7, val: 10.95 | iter time: 391.5 ms (step)
iter 4: val loss 10.75, val time: 391.5 ms
"""
OLD_LITGPT = """\
iter 4 step 1: loss 10.9, iter time: 391.5ms (optimizer.step)
iter 8 step 2: loss 10.8, iter time: 391.5ms (optimizer.step)
iter 10 step 2: loss 10.7, iter time: 391.5ms
step 8: val loss 10.95, val time: 391.5ms
"""
LANGUAGE_MODEL = """\
| epoch   1 |   200/ 1327 batches | lr 20.00 | ms/batch 12.5 | loss 5.75 | ppl 500.5
| epoch   1 |   400/ 1327 batches | lr 20.00 | ms/batch 12.5 | loss 5.5 | ppl 400.5
| end of epoch   1 | time: 30.1s | valid loss  5.41 | valid ppl   224.1
| epoch   2 |   200/ 1327 batches | lr 20.00 | ms/batch 12.5 | loss 5.25 | ppl 300.5
"""
TORCHVISION = """\
Epoch: [0][ 0/100]\tTime  0.3 (  0.5)\tLoss 6.9000e+00 (7.0e+00)\tAcc@1   1.00 (  2.00)
Epoch: [0][50/100]\tTime  0.3 (  0.5)\tLoss 6.5000e+00 (7.0e+00)\tAcc@1   1.50 (  2.00)
Epoch: [1][ 0/100]\tTime  0.3 (  0.5)\tLoss 6.0000e+00 (7.0e+00)\tAcc@1   2.00 (  2.00)
Test: [ 0/10]\tTime  1.0 ( 1.0)\tLoss 3.0e+00 (3.0e+00)\tAcc@1 10.0 ( 10.0)
 *   Acc@1 12.5 Acc@5 33.1
"""
TIMM = """\
Train: 0 [   0/1251 (  0%)]  Loss: 6.951 (6.95)  Time: 3.436s,   37.25/s  (3.436s,   37.25/s)  LR: 1.000e-06
Train: 0 [  50/1251 (  4%)]  Loss: 6.90 (6.93)  Time: 0.436s,   37.25/s  (3.436s,   37.25/s)  LR: 1.000e-06
Train: 1 [   0/1251 (  0%)]  Loss: 6.5 (6.5)  Time: 3.436s,   37.25/s  (3.436s,   37.25/s)  LR: 1.000e-06
Test: [  24/48]  Time: 0.1 (0.2)  Loss:  6.1 (6.05)  Acc@1: 10.0 ( 11.0)
Test: [  48/48]  Time: 0.1 (0.2)  Loss:  6.1 (6.05)  Acc@1: 10.0 ( 11.0)
"""
MMCV = """\
2021-01-01 10:00:00,123 - mmdet - INFO - Epoch [1][50/1000]\tlr: 1.978e-03, eta: 1 day, 5:03:10, time: \
0.5, loss_cls: 1.2, loss: 2.5
2021-01-01 10:01:00,123 - mmdet - INFO - Epoch [1][100/1000]\tlr: 1.978e-03, eta: 5:03:10, time: 0.5, \
loss_cls: 1.2, loss: 2.4
2021-01-01 10:02:00,123 - mmdet - INFO - Epoch [2][50/1000]\tlr: 1.978e-03, eta: 5:03:10, time: 0.5, \
loss_cls: 1.2, loss: 2.2
2021-01-01 10:03:00,123 - mmdet - INFO - Epoch(val) [2][625]\tbbox_mAP: 0.3, bbox_mAP_50: 0.5
"""
MMENGINE = """\
2023/01/01 10:00:00 - mmengine - INFO - Iter(train) [   50/40000]  lr: 9.9e-03  eta: 5:03:10  time: 0.5 \
 loss: 2.5
2023/01/01 10:01:00 - mmengine - INFO - Iter(train) [  100/40000]  lr: 9.9e-03  eta: 5:03:10  time: 0.5 \
 loss: 2.4
2023/01/01 10:02:00 - mmengine - INFO - Iter(train) [  150/40000]  lr: 9.9e-03  eta: 5:03:10  time: 0.5 \
 loss: 2.3
2023/01/01 10:03:00 - mmengine - INFO - Iter(val) [250/500]    time: 0.1  loss: 9.9
2023/01/01 10:04:00 - mmengine - INFO - Iter(val) [500/500]    aAcc: 70.1  mIoU: 30.2
"""
YOLO_RESULTS = "".join(
    f"     {epoch}/299      7.1G  0.125 0.06 0.03 0.25  82 640  0.01 0.02 0.003 0.001  0.09 0.05 0.02\n"
    for epoch in range(3)
)
ULTRALYTICS = "".join(
    f"      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size\n"
    f"\r        {epoch}/3      2.1G      9.5      3.5      20   640:  50%|##  | 4/8 [00:01<00:01]"
    f"\r        {epoch}/3      2.1G      {4.5 - epoch}    2.5   20   640: 100%|####| 8/8 [00:02<00:00]\n"
    f"                 Class  Images  Instances   Box(P     R   mAP50  mAP50-95): 100%|###| 4/4 [00:01]\n"
    f"                   all        128        929      0.6      0.5      0.55      0.4\n"
    for epoch in (1, 2, 3)
)
LIGHTGBM = "".join(f"[{n}]\ttraining's auc: {0.5 + n / 80}\tvalid_1's auc: 0.5\n" for n in (10, 20, 30))
XGBOOST = "[0]\ttrain-rmse:0.5\teval-rmse:0.75+0.01\n[1]\ttrain-rmse:0.25\n[12:30:01] [2]\ttrain-rmse:0.125\n"
CATBOOST = "".join(
    f"{n}:\tlearn: {0.75 - n / 8}\ttest: 0.70\tbest: 0.70 (0)\ttotal: 57ms\tremaining: 2.8s\n"
    for n in range(3)
)
LIGHTNING = "".join(
    f"\rEpoch {epoch}:  50%|##| 5/10 [00:05<00:05,  9.0it/s, v_num=3, train_loss=9.0]"
    f"\rEpoch {epoch}: 100%|####| 10/10 [00:10<00:00,  9.01it/s, v_num=3, train_loss={2.0 - epoch / 8}]\n"
    for epoch in range(3)
)
KERAS = "".join(
    f"Epoch {epoch}/3\n"
    f"\x1b[1m 1/10\x1b[0m \x1b[32m━━\x1b[0m\x1b[37m━━━━━\x1b[0m \x1b[1m3s\x1b[0m "
    "350ms/step - accuracy: 0.1 - loss: 9.5"
    f"\r\x1b[1m10/10\x1b[0m \x1b[32m━━━━━━━\x1b[0m \x1b[1m1s\x1b[0m 12ms/step "
    f"- accuracy: 0.5 - loss: {2.5 - epoch} - val_loss: 2.0\n"
    for epoch in (1, 2)
)
OLD_KERAS = "".join(
    f"Epoch {epoch}/3\n"
    f"\b\b\b\b\r   1/100 [..] - ETA: 1s - loss: 9.5"
    f"\b\b\b\b\r100/100 [====] - 1s 10us/sample - loss: {2.5 - epoch} - acc: 0.5\n"
    for epoch in (1, 2, 3)
)
NEMO = "".join(
    f"\rEpoch 0: :  {step}%|# | {step}/99 [00:10<01:00, 1.2it/s, v_num=0, reduced_train_loss={3 - step / 8}, "
    f"global_step={step}.0, consumed_samples=80.0, train_step_timing in s=1.5]" * 2
    for step in (1, 2, 3)
)
DARKNET = "".join(
    f" {step}: {3 - step / 8}, 2.5 avg loss, 0.001000 rate, 3.250000 seconds, 6400 images, 1 hours left\n"
    "Loaded: 0.000000 seconds\n"
    for step in (100, 200)
)
STABLE_BASELINES = "".join(
    "----------------------------------\n"
    "| rollout/           |          |\n"
    f"|    ep_rew_mean     | {step / 8}     |\n"
    "| time/              |          |\n"
    "|    fps             | 1.23e+03 |\n"
    f"|    iterations      | {step // 100}        |\n"
    f"|    total_timesteps | {step}     |\n"
    "----------------------------------\n"
    for step in (100, 200, 300)
)

FASTAI = """\
epoch     train_loss  valid_loss  accuracy  time
0         2.500000    2.750000    0.250000  00:12
Better model found at epoch 0 with valid_loss value: 2.75.
1         2.250000    2.500000    0.375000  00:11
2         2.000000    2.375000    0.500000  00:11
"""

SPACY = """\
Pipeline: ['tok2vec', 'ner']
E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE
---  ------  ------------  --------  ------  ------
  0       0          0.00     45.50    0.00    0.00
  0     200         12.25   1845.25   40.50    0.50
  1     400         22.50   1245.50   60.25    0.75
"""

SKORCH = """\
  epoch    train_loss    valid_acc    valid_loss    cp     dur
-------  ------------  -----------  ------------  ----  ------
      1        0.7500       0.5000        0.8750     +  0.0320
      2        0.5000       0.6250        0.6250     +  0.0310
      3        0.2500       0.6250        0.7500        0.0310
"""

SCIKIT_LEARN = """\
      Iter       Train Loss   Remaining Time
         1           1.5000            2.51m
         2           1.2500            2.41m
         3           1.1250            2.31m
"""
FASTTEXT = (
    "Read 0M words\nNumber of words:  4\n"
    + "\r".join(
        f"Progress: {10.0 * n:5.1f}% words/sec/thread:  512 lr:  0.5 avg.loss:  {4 - n / 4} ETA:   0h 0m 9s"
        for n in range(4)
    )
    + "\n"
)
PYTORCH_CIFAR = "".join(
    f"""\nEpoch: {epoch}
 [===>...]  Step: 65ms | Tot: 1s12ms | Loss: 9.5 | Acc: 10.5% (13/128)      \b\b\b\b\b\b 1/2 \r\
 [======>]  Step: 65ms | Tot: 2s24ms | Loss: {3 - epoch / 2} | Acc: 50.5% (65/256)      \b\b\b\b\b\b 2/2 
 [======>]  Step: 5ms | Tot: 5ms | Loss: {3 - epoch / 4} | Acc: 40.5% (40/100)      \b\b\b\b\b\b 1/1 
Saving..
"""
    for epoch in (0, 1, 2)
)
ESTIMATOR = """\
INFO:tensorflow:loss = 0.75, step = 0
INFO:tensorflow:global_step/sec: 8.5
INFO:tensorflow:loss = 0.5, step = 100 (12.345 sec)
INFO:tensorflow:Finished evaluation at 2019-02-18-08:09:56
INFO:tensorflow:Saving dict for global step 100: eval_accuracy = 0.875, global_step = 100, loss = 0.625
INFO:tensorflow:***** Eval results *****
INFO:tensorflow:  eval_accuracy = 0.875
INFO:tensorflow:loss = 0.25, step = 200 (12.345 sec)
"""
DLLOGGER = """\
DLLL {"timestamp": "1614592800.1", "datetime": "2021-03-01 10:00:00.1", "elapsedtime": "0.1", "type": "LOG", \
"step": "PARAMETER", "data": {"epochs": 2, "arch": "resnet50"}}
DLLL {"timestamp": "1614592800.2", "datetime": "2021-03-01 10:00:00.2", "elapsedtime": "0.2", "type": \
"METADATA", "metric": "train.loss", "metadata": {"unit": null}}
""" + "".join(
    f'DLLL {{"timestamp": "1614592810.5", "datetime": "2021-03-01 10:00:10.5", "elapsedtime": "10.5", '
    f'"type": "LOG", "step": {step}, "data": {data}}}\n'
    for step, data in (
        ("[0, 0]", '{"train.loss": 2.5, "lr": 0.5}'),
        ("[0, 10]", '{"train.loss": 2.25, "lr": 0.5}'),
        ("[0]", '{"train.loss": 2.375, "val.top1": 50.5}'),
        ("[1, 0]", '{"train.loss": 2.0, "lr": 0.5}'),
        ("[1, 10]", '{"train.loss": 1.75, "lr": 0.5}'),
        ("[1]", '{"train.loss": 1.875, "val.top1": 60.5}'),
        ("[]", '{"train.loss": 1.5, "val.top1": 61.5}'),
    )
)
DLLOGGER_TERMINAL = "".join(
    f"DLL 2021-03-01 10:00:0{n}.123456 - (0, {n}0) loss : {3 - n / 8}  speed : 512.5 images/s\n"
    for n in (1, 2, 3)
)
DEMUCS = "".join(
    f"""\
[03-01 10:00:00][demucs.solver][INFO] - Train | Epoch {epoch} | 200/400 | 2.1 it/sec | Loss \
{1 - epoch / 4} | Grad 1.5000
[03-01 10:00:00][demucs.solver][INFO] - Train | Epoch {epoch} | 400/400 | 2.1 it/sec | Loss \
{0.75 - epoch / 4} | Grad 1.5000
[03-01 10:00:01][demucs.solver][INFO] - Train Summary | Epoch {epoch} | Loss={0.75 - epoch / 4}
[03-01 10:00:02][demucs.solver][INFO] - Valid | Epoch {epoch} | 10/20 | 5.1 it/sec | Loss 9.5000
[03-01 10:00:03][demucs.solver][INFO] - Valid Summary | Epoch {epoch} | Loss={0.875 - epoch / 4} | \
Nsdr={epoch + 0.5}
"""
    for epoch in (1, 2)
)
