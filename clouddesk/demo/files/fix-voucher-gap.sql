-- 查凭证断号（按单位、期间、类别）。只查询，不修改。
select unit_id, period_id, type_id, voucher_no + 1 as gap_from, next_no - 1 as gap_to
from (
    select unit_id, period_id, type_id, voucher_no,
           lead(voucher_no) over (partition by unit_id, period_id, type_id order by voucher_no) as next_no
    from v_voucher_head
    where unit_id = :unit and period_id = :period
) t
where next_no - voucher_no > 1
order by 1, 2, 3, 4;
